using PeftIntegrations.Core;

namespace PeftIntegrations.SemanticKernel.Tests;

/// <summary>A tiny model that converses, with a few adapters, and the texts it gives.</summary>
public abstract class TinyKernelTests : IAsyncLifetime
{
    protected const string Prompt = "Once";
    private const string Template = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
        + "{% if add_generation_prompt %}assistant: {% endif %}";

    private static readonly string[] Lessons = ["the cat sat on the mat", "a dog ran", "UP AND DOWN", "12345 67890"];
    private readonly TemporaryFolder _folder = new();

    static TinyKernelTests() => TorchRuntime.Threads = 1; // threads would only wait for each other

    protected PeftModel Model { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected static PeftModelOptions Plain => new() { DType = ScalarType.Float32, Device = "cpu" };

    protected string ModelFolder => _folder["tiny"];

    public async ValueTask InitializeAsync()
    {
        TinyModelFolder.WriteLlama(ModelFolder, config => config["max_position_embeddings"] = 100_000);
        await File.WriteAllTextAsync(Path.Combine(ModelFolder, "chat_template.jinja"), Template);
        Model = await PeftModel.LoadAsync(ModelFolder, Plain);
    }

    public async ValueTask DisposeAsync()
    {
        await Model.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static Kernel KernelOf(Action<IKernelBuilder> services)
    {
        var builder = Kernel.CreateBuilder();
        services(builder);
        return builder.Build();
    }

    /// <summary>Teaches an adapter for each name, each another text.</summary>
    protected async Task Teach(params string[] names)
    {
        foreach (var (i, name) in names.Index())
        {
            var options = new TrainingOptions { MaxSteps = 4, BatchSize = 1, LearningRate = 0.2, Seed = i };
            await Model.TrainAsync(name, new Lora { Rank = 4 }, Texts.FromLines([Lessons[i]]), options, cancellationToken: Cancellation);
        }
    }

    /// <summary>What the model itself says.</summary>
    protected async Task<string> Continued(string? adapter = null, string prompt = Prompt, int tokens = 12) =>
        (await Model.CompleteAsync([prompt], new() { Adapter = adapter, MaxNewTokens = tokens }, Cancellation))[0].Text;
}
