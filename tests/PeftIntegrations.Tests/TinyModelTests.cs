using PeftIntegrations.Core;

namespace PeftIntegrations.Tests;

/// <summary>A tiny model in a folder of its own, and the texts it gives.</summary>
public abstract class TinyModelTests : IAsyncLifetime
{
    protected const string Prompt = "Once";
    private readonly TemporaryFolder _folder = new();

    static TinyModelTests() => TorchRuntime.Threads = 1; // threads would only wait for each other

    protected PeftModel Model { get; private set; } = null!;

    protected string ModelFolder => _folder["model"];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected static Texts SomeText => Texts.FromLines(["the cat sat on the mat", "a dog ran", "the sun is up and it is hot"]);

    protected static TrainingOptions Quick => new() { MaxSteps = 3, BatchSize = 2, LearningRate = 0.02 };

    public async ValueTask InitializeAsync()
    {
        TinyModelFolder.WriteLlama(ModelFolder);
        Model = await PeftModel.LoadAsync(ModelFolder, Plain);
    }

    public async ValueTask DisposeAsync()
    {
        await Model.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static Lora Small => new() { Rank = 4 };

    protected static PeftModelOptions Plain => new() { DType = ScalarType.Float32, Device = "cpu" };

    protected string Place(string name) => _folder[name];

    /// <summary>A model that writes for longer than a test lasts.</summary>
    protected Task<PeftModel> LongWinded(PeftModelOptions? options = null) => PeftModel.LoadAsync(
        TinyModelFolder.WriteLlama(Place("long"), config => config["max_position_embeddings"] = 200_000), options ?? Plain, Cancellation);

    /// <summary>The greedy continuation, by the base model or an adapter.</summary>
    protected async Task<string> Continue(string? adapter = null, string prompt = Prompt, int tokens = 12) =>
        (await Model.CompleteAsync([prompt], new() { Adapter = adapter, MaxNewTokens = tokens }, Cancellation))[0].Text;

    /// <summary>Trains an adapter far enough to change the text, and saves it if a folder is named.</summary>
    protected async Task<string> Train(string name, PeftMethod? method = null, string? folder = null)
    {
        await Model.TrainAsync(name, method ?? Small, SomeText, Quick with { LearningRate = 0.2 }, cancellationToken: Cancellation);
        if (folder is not null) await Model.SaveAdapterAsync(name, Place(folder), Cancellation);
        return await Continue(name);
    }
}
