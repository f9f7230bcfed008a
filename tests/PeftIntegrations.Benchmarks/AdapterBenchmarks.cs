using BenchmarkDotNet.Attributes;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>What a server does with adapters between requests: switch, load, save and merge, on all linear layers at rank 8.</summary>
public class AdapterBenchmarks
{
    private readonly Registry<PeftMethod> _methods = new(typeof(Lora).Assembly);
    private readonly Composition[] _each = [Composition.Of("first"), Composition.Of("second")];
    private PretrainedModel _model = null!;
    private AdapterStack _adapters = null!;
    private TemporaryFolder _folder = null!;
    private int _turn;

    [GlobalSetup]
    public void Start()
    {
        _model = BenchmarkModel.Create(ScalarType.Float32);
        _adapters = new(_model);
        var method = new Lora { Targets = Targets.AllLinear };
        foreach (var composition in _each) _adapters.Set(composition.Names.Single(), new Adapter(_model, method));
        _folder = new();
        AdapterFolder.Save(_adapters["first"], _folder["adapter"]);
    }

    [Benchmark]
    public void Switch() => _adapters.Activate(_each[_turn++ % 2]);

    [Benchmark]
    public void Load()
    {
        using var adapter = AdapterFolder.Load(_folder["adapter"], _model, _methods);
    }

    [Benchmark]
    public void Save() => AdapterFolder.Save(_adapters["first"], _folder["saved"]);

    [Benchmark]
    public void Merge()
    {
        _adapters.Activate(_each[0]);
        ModelFolder.Save(_model, _folder["merged"]);
    }

    [GlobalCleanup]
    public void End()
    {
        _adapters.Dispose();
        _model.Dispose();
        _folder.Dispose();
    }
}
