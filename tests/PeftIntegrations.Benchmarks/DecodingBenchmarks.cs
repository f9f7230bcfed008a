using BenchmarkDotNet.Attributes;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;

namespace PeftIntegrations.Benchmarks;

/// <summary>One token more after 128: the forward pass that generation repeats, without sampling.</summary>
public class DecodingBenchmarks
{
    private const int Prompt = 128, Room = 512;
    private PretrainedModel _model = null!;
    private AdapterStack _adapters = null!;
    private KeyValueCache _cache = null!;
    private TokenBatch _prompt = null!;
    private TokenBatch _next = null!;

    [Params(ScalarType.Float32, ScalarType.BFloat16)]
    public ScalarType Type { get; set; }

    [Params(false, true)]
    public bool Adapted { get; set; }

    [GlobalSetup]
    public void Start()
    {
        _model = BenchmarkModel.Create(Type);
        _adapters = new(_model);
        _adapters.Set("lora", new Adapter(_model, new Lora { Targets = Targets.AllLinear }));
        if (Adapted) _adapters.Activate(Composition.Of("lora"));
        _prompt = BenchmarkModel.Batch(rows: 1, Prompt);
        _next = BenchmarkModel.Batch(rows: 1, length: 1);
        Prefill();
    }

    [Benchmark]
    public float Token()
    {
        if (_cache.Length == Room) Prefill(); // once in 384 tokens
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return _model.Forward(_next, _cache)[0, 0, 0].to(ScalarType.Float32).item<float>();
    }

    [GlobalCleanup]
    public void End()
    {
        _cache.Dispose();
        _adapters.Dispose();
        _model.Dispose();
    }

    private void Prefill()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _cache?.Dispose();
        _cache = new(Room);
        _model.Hidden(_prompt, _cache);
    }
}
