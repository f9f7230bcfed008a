using PeftIntegrations.Core;
using PeftIntegrations.Data;
using PeftIntegrations.Training;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace PeftIntegrations.Extensions.Tests;

/// <summary>A tiny model with a chat template, and what it says.</summary>
public abstract class TinyChatTests : IAsyncLifetime
{
    /// <summary>ChatML, which says nothing of tools: they are told as Hermes models know them.</summary>
    protected const string Template =
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
        + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

    private const int Context = 20_000;
    private readonly TemporaryFolder _folder = new();

    static TinyChatTests() => TorchRuntime.Threads = 1; // threads would only wait for each other

    protected PeftModel Model { get; private set; } = null!;

    protected IChatClient Client => field ??= Model.AsIChatClient();

    protected string ModelFolder => _folder["tiny"];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected static ChatMessage Hello => new(ChatRole.User, "Hello");

    protected static PeftModelOptions Plain => new() { DType = ScalarType.Float32, Device = "cpu", ChatTemplate = Template };

    public async ValueTask InitializeAsync()
    {
        TinyModelFolder.WriteLlama(ModelFolder, config => config["max_position_embeddings"] = Context);
        Model = await PeftModel.LoadAsync(ModelFolder, Plain);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Model.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string Place(string name) => _folder[name];

    protected static ChatOptions Brief(string? modelId = null) => new() { MaxOutputTokens = 12, ModelId = modelId };

    /// <summary>Trains an adapter far enough to change what is said, and saves it beside the model.</summary>
    protected async Task Train(string name, int seed = 1)
    {
        var options = new TrainingOptions { MaxSteps = 3, BatchSize = 2, LearningRate = 0.2, Seed = seed };
        var texts = Texts.FromLines(["the cat sat on the mat", "a dog ran", $"the sun is up and it is {name}"]);
        await Model.TrainAsync(name, new Lora { Rank = 4 }, texts, options, cancellationToken: Cancellation);
        await Model.SaveAdapterAsync(name, Place(name), Cancellation);
    }

    /// <summary>Has the model say this and no more: each character by a bias that outweighs all others.</summary>
    protected ChatOptions Saying(string text, ChatOptions? options = null) => Saying([text], options);

    /// <summary>Has the model say these, one after another, as it is asked again.</summary>
    protected ChatOptions Saying(IReadOnlyList<string> texts, ChatOptions? options = null)
    {
        var asked = 0;
        var saying = options?.Clone() ?? new();
        saying.RawRepresentationFactory = _ => Forced(texts[Math.Min(asked++, texts.Count - 1)]);
        return saying;
    }

    protected GenerationOptions Forced(string text, PeftModel? model = null)
    {
        var tokenizer = (model ?? Model).Tokenizer;
        int[] tokens = [.. tokenizer.Encode(text, addSpecialTokens: false).Ids, tokenizer.Special.End!.Value];
        return new()
        {
            SequenceBias = [.. tokens.Select((_, i) => new BiasedSequence(tokens[..(i + 1)], 1000 * (i + 1)))],
            MaxNewTokens = tokens.Length + 1,
        };
    }

    protected static async Task<List<ChatResponseUpdate>> Updates(IChatClient client, ChatOptions? options, params ChatMessage[] messages)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync(messages, options, Cancellation)) updates.Add(update);
        return updates;
    }
}
