namespace PeftIntegrations.Training.Tests;

public sealed class TheFocalLoss : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _scores = (arange(12).to(ScalarType.Float32) * 1.3).sin().reshape(4, 3);
    private readonly Tensor _labels = tensor([0L, 2, 1, 2]);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Is_the_cross_entropy_where_gamma_is_zero()
    {
        var batch = new TrainingBatch(new(_labels), _labels);

        var focal = new Focal { Gamma = 0 }.Sum(new FixedOutput(_scores), batch);

        Assert.True(Difference.Max(new Classification().Sum(new FixedOutput(_scores), batch), focal) < 1e-6);
    }

    [Fact]
    public void Multiplies_each_item_by_the_alpha_of_its_class()
    {
        var (two, one) = (_labels.narrow(0, 0, 2), _scores.narrow(0, 0, 2)); // classes 0 and 2

        var plain = new Focal { Alpha = [1, 9, 0] }.Sum(new FixedOutput(one), new(new(two), two));
        var first = new Focal().Sum(new FixedOutput(one.narrow(0, 0, 1)), new(new(two.narrow(0, 0, 1)), two.narrow(0, 0, 1)));

        Assert.Equal(first.item<float>(), plain.item<float>(), 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(2)]
    public void Has_a_gradient_also_for_an_item_that_is_told_with_certainty(double gamma)
    {
        var scores = tensor([200f, 0, 0], [1, 3]).requires_grad_(true);
        var label = tensor([0L]);

        new Focal { Gamma = gamma }.Sum(new FixedOutput(scores), new(new(label), label)).backward();

        Assert.Equal(0, scores.grad!.abs().sum().item<float>(), 1e-6);
    }
}
