namespace PeftIntegrations.SemanticKernel.Tests;

/// <summary>Four adapters of the tiny model, taught once for all tests.</summary>
public sealed class TaughtAdapters : IDisposable
{
    private static readonly TemporaryFolder Folder = new();
    private static readonly Lazy<Task<IReadOnlyDictionary<string, string>>> Taught = new(Teach);

    /// <summary>Where they are saved, by name.</summary>
    public static Task<IReadOnlyDictionary<string, string>> Folders => Taught.Value;

    /// <inheritdoc/>
    public void Dispose() => Folder.Dispose();

    private static async Task<IReadOnlyDictionary<string, string>> Teach()
    {
        await using var model = await PeftModel.LoadAsync(TinyModelFolder.WriteLlama(Folder["model"]), TinyKernelTests.Plain);
        var folders = new Dictionary<string, string>();
        foreach (var (name, text) in new[] { ("a", "the cat sat"), ("b", "a dog ran"), ("c", "UP AND DOWN"), ("d", "12345 67890") })
        {
            var options = new TrainingOptions { MaxSteps = 4, BatchSize = 1, LearningRate = 0.2, Seed = name[0] };
            await model.TrainAsync(name, new Lora { Rank = 4 }, Texts.FromLines([text]), options);
            await model.SaveAdapterAsync(name, folders[name] = Folder[name]);
        }

        return folders;
    }
}
