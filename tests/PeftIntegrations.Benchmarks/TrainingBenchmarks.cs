using BenchmarkDotNet.Attributes;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Training;

namespace PeftIntegrations.Benchmarks;

/// <summary>One optimiser step of an adapter on all linear layers, 4 rows of 128 tokens.</summary>
public class TrainingBenchmarks
{
    private PretrainedModel _model = null!;
    private Adapter _adapter = null!;
    private Stepper _stepper = null!;
    private TrainingBatch _batch = null!;

    [Params(ScalarType.Float32, ScalarType.BFloat16)]
    public ScalarType Type { get; set; }

    [Params("LORA", "DORA")]
    public string Method { get; set; } = "LORA";

    [GlobalSetup]
    public void Start()
    {
        var method = new Registry<PeftMethod>(typeof(Lora).Assembly).Create(Method);
        _model = BenchmarkModel.Create(Type);
        _adapter = new(_model, method with { Targets = Targets.AllLinear });
        _adapter.Attach();
        _adapter.Train(true);
        _stepper = new(_adapter, new CausalLanguageModel(), new TrainingOptions(), steps: 1_000_000);
        var tokens = BenchmarkModel.Batch(rows: 4, length: 128);
        _batch = new(tokens, tokens.Ids);
    }

    [Benchmark]
    public TrainingStep Step()
    {
        using var scope = NewDisposeScope();
        return _stepper.Step([_batch]);
    }

    [GlobalCleanup]
    public void End()
    {
        _stepper.Dispose();
        _adapter.Dispose();
        _model.Dispose();
    }
}
