using PeftIntegrations;
using PeftIntegrations.Core;
using PeftIntegrations.Data;
using PeftIntegrations.Methods;
using PeftIntegrations.Training;

namespace AdapterChat;

/// <summary>Who takes part: one model, and the adapters that speak through it.</summary>
internal sealed record Cast(PeftModel Model, IReadOnlyList<string> Names) : IAsyncDisposable
{
    // stories260K does not converse: it goes on with the words of the last message.
    private const string Template = "{{ bos_token }}{{ messages[-1].content }}";

    /// <summary>The model and the adapters of the command line: a folder, and <c>name=folder</c> twice or more.</summary>
    public static async Task<Cast> LoadAsync(string[] arguments, CancellationToken cancellationToken)
    {
        string[][] pairs = [.. arguments.Skip(1).Select(argument => argument.Split('=', 2))];
        if (pairs.Length < 2 || pairs.Any(pair => pair.Length < 2))
        {
            throw new ArgumentException(
                "Give a model that has a chat template and two adapters or more: <folder> name=<folder> other=<folder>");
        }

        var model = await PeftModel.LoadAsync(arguments[0], cancellationToken: cancellationToken);
        foreach (var pair in pairs) await model.LoadAdapterAsync(pair[0], pair[1], cancellationToken);
        return new(model, [.. pairs.Select(pair => pair[0])]);
    }

    /// <summary>The bundled model, after it was taught a play and a bank's questions; that is kept below <c>adapters/chat</c>.</summary>
    public static async Task<Cast> TeachAsync(CancellationToken cancellationToken)
    {
        TorchRuntime.Threads = 1; // with products this small, a second thread only waits
        var options = new PeftModelOptions { ChatTemplate = Template, DType = TorchSharp.torch.ScalarType.Float32, Device = "cpu" };
        var model = await PeftModel.LoadAsync(Bundled("models", "stories260K"), options, cancellationToken);
        var questions = LabelledTexts.FromFile(Bundled("data", "banking77", "train.csv"), new() { LabelColumn = "category" });
        await Teach("play", () => Texts.FromFile(Bundled("data", "romeo-and-juliet.txt")));
        await Teach("bank", () => Texts.FromLines(questions.Select(question => question.Text)));
        return new(model, ["play", "bank"]);

        async Task Teach(string name, Func<Texts> texts)
        {
            var folder = Path.Combine("adapters", "chat", name);
            if (File.Exists(Path.Combine(folder, AdapterFolder.TensorFile)))
            {
                await model.LoadAdapterAsync(name, folder, cancellationToken);
                return;
            }

            Console.WriteLine($"Teaching {name}; this is done once.");
            var method = new Lora { Rank = 8, Targets = Targets.AllLinear };
            var how = new TrainingOptions { MaxSteps = 100, BatchSize = 4, MaxLength = 128, LearningRate = 1e-2 };
            await model.TrainAsync(name, method, texts(), how, cancellationToken: cancellationToken);
            await model.SaveAdapterAsync(name, folder, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => Model.DisposeAsync();

    private static string Bundled(params string[] path) => Path.Combine([AppContext.BaseDirectory, .. path]);
}
