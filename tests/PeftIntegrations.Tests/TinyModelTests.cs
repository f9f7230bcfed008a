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

    protected static PeftModelOptions Plain => new() { DType = ScalarType.Float32, Device = "cpu" };

    protected string Place(string name) => _folder[name];

    /// <summary>The greedy continuation, by the base model or an adapter.</summary>
    protected async Task<string> Continue(string? adapter = null, string prompt = Prompt, int tokens = 12) =>
        (await Model.CompleteAsync([prompt], new() { Adapter = adapter, MaxNewTokens = tokens }, TestContext.Current.CancellationToken))[0].Text;

    /// <summary>Trains an adapter far enough to change the text, and saves it if a folder is named.</summary>
    protected async Task<string> Train(string name, PeftMethod? method = null, string? folder = null)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await Model.TrainAsync(name, method ?? new Lora { Rank = 4 }, SomeText, Quick with { LearningRate = 0.2 }, cancellationToken: cancellation);
        if (folder is not null) await Model.SaveAdapterAsync(name, Place(folder), cancellation);
        return await Continue(name);
    }
}
