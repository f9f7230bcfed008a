using PeftIntegrations.Core;

namespace PeftIntegrations.Tests;

/// <summary>A tiny encoder in a folder of its own, loaded as each test asks.</summary>
public abstract class TinyBertTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    static TinyBertTests() => TorchRuntime.Threads = 1; // threads would only wait for each other

    protected TinyBertTests() => TinyBert.Write(_folder["model"]);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected static PeftModelOptions Plain => new() { DType = ScalarType.Float32, Device = "cpu" };

    protected static Lora Small => new() { Rank = 4 };

    protected static TrainingOptions Quick => new() { Epochs = 30, BatchSize = 4, LearningRate = 0.02, Schedule = new ConstantSchedule() };

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string Place(string name) => _folder[name];

    protected Task<PeftModel> Load(PeftModelOptions? options = null) => PeftModel.LoadAsync(Place("model"), options ?? Plain, Cancellation);

    protected static Task<TrainingResult> Train(PeftModel model, IExamples data, TrainingOptions? options = null) =>
        model.TrainAsync("it", Small, data, options ?? Quick, cancellationToken: Cancellation);

    protected static double Cosine(float[] a, float[] b) =>
        a.Zip(b).Sum(pair => pair.First * pair.Second) / Math.Sqrt(a.Sum(x => x * x) * b.Sum(x => x * x));
}
