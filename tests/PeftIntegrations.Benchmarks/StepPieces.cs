using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;
using PeftIntegrations.Training;

namespace PeftIntegrations.Benchmarks;

/// <summary>The pieces of a step, forward and backward, as in SmolLM2-135M at 4 × 512 tokens: ours against the plain twins.</summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory), CategoriesColumn, MinColumn]
public class StepPieces
{
    private const long Rows = 4, Length = 512, Hidden = 576, Wide = 1536, Vocabulary = 49_152, HeadDim = 64;
    private static readonly ModelShape Shape = new(1, Hidden, 9, 3, HeadDim, Vocabulary, 2048);

    private DisposeScope _scope = null!;
    private Tensor _x = null!, _gate = null!, _up = null!, _q = null!, _k = null!, _v = null!, _cos = null!, _sin = null!, _labels = null!;
    private RmsNorm _norm = null!;
    private Projection _layer = null!, _head = null!;
    private LowRankTerm _update;

    [Params(ScalarType.Float32, ScalarType.BFloat16)]
    public ScalarType Type { get; set; }

    [GlobalSetup]
    public void Start()
    {
        _scope = NewDisposeScope();
        _x = Leaf(Rows, Length, Hidden);
        (_gate, _up) = (Leaf(Rows, Length, Wide), Leaf(Rows, Length, Wide));
        (_q, _k, _v) = (Leaf(Rows, 9, Length, HeadDim), Leaf(Rows, 3, Length, HeadDim), Leaf(Rows, 3, Length, HeadDim));
        (_cos, _sin) = (randn(Rows, 1, Length, HeadDim).to(Type), randn(Rows, 1, Length, HeadDim).to(Type));
        _labels = randint(Vocabulary, [512], dtype: ScalarType.Int64);
        _norm = new("norm", Shape, new DenseWeight(ones(Hidden, dtype: Type)), 1e-5);
        _layer = new(Role.Up, "up", Shape, new DenseWeight((randn(Wide, Hidden) / 24).to(Type)));
        _head = new(Role.Head, "head", Shape, new DenseWeight((randn(Vocabulary, Hidden) / 24).to(Type)));
        _update = new((randn(8, Hidden) / 24).requires_grad_(), (randn(Wide, 8) / 24).requires_grad_(), 2);
    }

    [Benchmark, BenchmarkCategory("norm")]
    public void Norm() => Run(() => FrozenRmsNorm.Of(_x, _norm.Weight.Read(), 1e-5));

    [Benchmark(Baseline = true), BenchmarkCategory("norm")]
    public void NormPlain() => Run(() => _norm.Apply(_x, _norm.Read()));

    [Benchmark, BenchmarkCategory("SiLU·up")]
    public void Silu() => Run(() => GatedSilu.Of(_gate, _up));

    [Benchmark(Baseline = true), BenchmarkCategory("SiLU·up")]
    public void SiluPlain() => Run(() => nn.functional.silu(_gate) * _up);

    [Benchmark, BenchmarkCategory("rotary")]
    public void Rotation() => Run(() => TurnedHalves.Of(_q, _cos, _sin));

    [Benchmark(Baseline = true), BenchmarkCategory("rotary")]
    public void RotationPlain() => Run(() => Rotary.Plain(_q, _cos, _sin));

    [Benchmark, BenchmarkCategory("attention")]
    public void Attend() => Run(() => Attention.ScaledDotProduct(new(_q, _k, _v, new(null, Causal: true))));

    [Benchmark(Baseline = true), BenchmarkCategory("attention")]
    public void AttendPlain() => Run(() => Attention.Plain(new(_q, _k, _v, new(null, Causal: true))));

    [Benchmark, BenchmarkCategory("cross-entropy of 512 tokens")]
    public void Entropy() => Run(() => VocabularyEntropy.Of(Labelled(), _head, _labels));

    [Benchmark(Baseline = true), BenchmarkCategory("cross-entropy of 512 tokens")]
    public void EntropyPlain() => Run(() => CrossEntropy.Sum(_head.Forward(Labelled()).to(ScalarType.Float32), _labels));

    [Benchmark, BenchmarkCategory("LoRA")]
    public void LowRank() => Run(() => LowRankProduct.Of(_x, null, _layer, _update));

    [Benchmark(Baseline = true), BenchmarkCategory("LoRA")]
    public void LowRankPlain() => Run(() =>
        _layer.Forward(_x) + 2 * nn.functional.linear(nn.functional.linear(_x.to(ScalarType.Float32), _update.A), _update.B).to(Type));

    [GlobalCleanup]
    public void End() => _scope.Dispose();

    private Tensor Labelled() => _x.flatten(0, 1).narrow(0, 0, 512);

    private Tensor Leaf(params long[] shape) => randn(shape).to(Type).requires_grad_();

    private void Run(Func<Tensor> piece)
    {
        using var scope = NewDisposeScope();
        foreach (var leaf in new[] { _x, _gate, _up, _q, _k, _v, _update.A, _update.B }) leaf.grad = null;
        var value = piece();
        autograd.backward([value], [ones_like(value)]);
        HandedOver.Release();
    }
}
