using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Methods.Tests;

public sealed class WhereBottlenecksStand : IDisposable
{
    private const long Layers = 2, D = 32; // of the tiny Llama, which has five norms
    private readonly PretrainedModel _model = new TinyModel().Create();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Is_after_attention_and_MLP_with_the_norms_for_Houlsby() =>
        AssertAdapted(new Houlsby(), 2 * Layers * Numbers(2) + 5 * D, (Role.AttentionBlock, 2), (Role.MlpBlock, 2), (Role.Norm, 5));

    [Fact]
    public void May_leave_out_the_norms() => AssertAdapted(
        new Houlsby { TrainsNorms = false }, 2 * Layers * Numbers(2), (Role.AttentionBlock, 2), (Role.MlpBlock, 2));

    [Fact]
    public void Is_after_the_MLP_for_Pfeiffer() => AssertAdapted(new Pfeiffer(), Layers * Numbers(2), (Role.MlpSum, 2));

    [Fact]
    public void Is_beside_the_MLP_for_the_parallel_adapter() =>
        AssertAdapted(new ParallelAdapter(), Layers * Numbers(16), (Role.MlpBlock, 2));

    [Fact]
    public void May_be_beside_attention_too() => AssertAdapted(
        new ParallelAdapter { ReductionFactor = 8, Targets = Targets.Roles(Role.AttentionBlock) },
        Layers * Numbers(4), (Role.AttentionBlock, 2));

    [Fact]
    public void Is_never_narrower_than_one() => AssertAdapted(
        new Pfeiffer { ReductionFactor = 1000 }, Layers * Numbers(1), (Role.MlpSum, 2));

    /// <summary>Those of one network with a bottleneck of m: D, b, U and c.</summary>
    private static long Numbers(long m) => m * D + m + D * m + D;

    private void AssertAdapted(BottleneckMethod method, long numbers, params (Role Role, int Count)[] expected)
    {
        using var adapter = new Adapter(_model, method);

        var found = adapter.Parts.CountBy(part => part.Site.Role).Select(pair => (pair.Key, pair.Value));
        Assert.Equal(expected.OrderBy(place => place.Role), found.OrderBy(place => place.Key));
        Assert.Equal(numbers, adapter.TrainableCount);
    }
}
