namespace PeftIntegrations.Core.Tests;

public sealed class ListsOfTensors
{
    private readonly Tensor[] _tensors = [tensor([3f, 0f]), tensor([-4f]), tensor(12.0)]; // two types

    [Fact]
    public void Have_one_norm()
    {
        var norm = TensorLists.Norm(_tensors);

        Assert.Equal(13, norm, 1e-6);
        Assert.Equal(0, TensorLists.Norm([]));
    }

    [Fact]
    public void Are_multiplied_in_place()
    {
        TensorLists.Scale(_tensors, 0.5);

        Assert.Equal([1.5, 0, -2, 6], Numbers(_tensors));
    }

    [Fact]
    public void Are_copied_each_into_its_partner()
    {
        Tensor[] copies = [.. _tensors.Select(tensor => zeros_like(tensor))];

        TensorLists.Copy(_tensors, copies);

        Assert.Equal([3, 0, -4, 12], Numbers(copies));
    }

    [Fact]
    public void Step_by_the_formula_of_AdamW_where_there_is_a_gradient()
    {
        var (value, still) = (tensor(1.0, requires_grad: true), tensor(1.0, requires_grad: true));
        (value * 2).backward();
        Tensor[] moments = [tensor(0.3), tensor(0.5)];

        TensorLists.StepOfAdamW([(value, moments[0], moments[1]), (still, zeros(1), zeros(1))], step: 2, (0.1, 0.9, 0.99, 0.01, 1e-3));

        var (mean, square) = (0.9 * 0.3 + 0.1 * 2, 0.99 * 0.5 + 0.01 * 4);
        var change = 0.1 * (mean / (1 - 0.81)) / (Math.Sqrt(square / (1 - 0.9801)) + 1e-3);
        Assert.Equal([1 * (1 - 0.1 * 0.01) - change, mean, square, 1], Numbers([value, .. moments, still]), new WithinRounding());
    }

    private static double[] Numbers(IEnumerable<Tensor> tensors) =>
        [.. tensors.SelectMany(tensor => tensor.detach().reshape(-1).to(ScalarType.Float64).data<double>().ToArray())];

    private sealed class WithinRounding : IEqualityComparer<double>
    {
        public bool Equals(double a, double b) => Math.Abs(a - b) < 1e-9;

        public int GetHashCode(double number) => 0;
    }
}
