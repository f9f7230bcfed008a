using System.Globalization;
using PeftIntegrations.Core;

namespace PeftIntegrations.Training.Tests;

/// <summary>A run of a few steps on a model of its own, as a new process would have it.</summary>
internal sealed class TinyRun : IDisposable
{
    private readonly PretrainedModel _model;
    private readonly Adapter _adapter;

    static TinyRun() => TorchRuntime.Threads = 1;

    public TinyRun(PeftMethod method, TrainingOptions options, int modelSeed = 1, int dataSeed = 5, int adapterSeed = 42)
        : this(method, options, (modelSeed, adapterSeed), (Rows(11, dataSeed), Rows(3, dataSeed + 1)))
    {
    }

    /// <summary>The usual run on other rows.</summary>
    public TinyRun(PeftMethod method, TrainingOptions options, ITrainingRows rows, ITrainingRows? validation)
        : this(method, options, (1, 42), (rows, validation))
    {
    }

    private TinyRun(
        PeftMethod method, TrainingOptions options, (int Model, int Adapter) seeds, (ITrainingRows Rows, ITrainingRows? Validation) data)
    {
        _model = new TinyModel { Seed = seeds.Model }.Create();
        manual_seed(seeds.Adapter);
        _adapter = new(_model, method);
        _adapter.Attach();
        try
        {
            Run = new(_adapter, data.Rows, data.Validation, options, new CausalLanguageModel());
        }
        catch
        {
            Free();
            throw;
        }
    }

    public TrainingRun Run { get; }

    public IReadOnlyDictionary<string, Parameter> Tensors => _adapter.Tensors;

    /// <summary>What was learned and measured, to the last bit; time apart.</summary>
    public string Hash
    {
        get
        {
            var steps = Run.Result.Steps.Select(step => string.Create(
                CultureInfo.InvariantCulture,
                $"{step.Step} {step.Epoch} {step.Loss:R} {step.GradientNorm:R} {step.LearningRate:R} {step.ValidationLoss:R}"));
            var stored = _adapter.Stored.Select(pair => KeyValuePair.Create($"stored {pair.Key}", pair.Value));
            var all = _adapter.Tensors.Select(pair => KeyValuePair.Create(pair.Key, (Tensor)pair.Value)).Concat(stored);
            return TensorDigest.Of(all, string.Join("\n", steps) + Run.Result.StoppedEarly);
        }
    }

    /// <summary>Does some steps, or all that are left.</summary>
    public TinyRun Do(int steps = int.MaxValue)
    {
        for (var i = 0; i < steps && !Run.IsDone; i++) Run.Next();
        return this;
    }

    public void Dispose()
    {
        Run.Dispose();
        Free();
    }

    /// <summary>Random rows of 3 to 8 tokens.</summary>
    public static SequenceRows Rows(int count, int seed)
    {
        var random = new Random(seed);
        return new([.. Enumerable.Range(0, count).Select(_ =>
        {
            int[] ids = [.. Enumerable.Range(0, random.Next(3, 9)).Select(_ => random.Next(2, 30))];
            return new TokenSequence(ids, ids);
        })]);
    }

    private void Free()
    {
        _adapter.Detach();
        _adapter.Dispose();
        _model.Dispose();
    }
}
