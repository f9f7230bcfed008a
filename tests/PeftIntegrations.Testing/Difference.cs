namespace PeftIntegrations.Testing;

/// <summary>How far two tensors are apart.</summary>
public static class Difference
{
    /// <summary>The largest difference of two numbers; infinite where one is not a number or the shapes differ.</summary>
    public static double Max(Tensor a, Tensor b)
    {
        if (!a.shape.AsSpan().SequenceEqual(b.shape)) return double.PositiveInfinity;

        using var scope = NewDisposeScope();
        var largest = (a.detach().to(ScalarType.Float64) - b.detach().to(ScalarType.Float64)).abs().max().item<double>();
        return double.IsNaN(largest) ? double.PositiveInfinity : largest;
    }

    /// <summary>The same as a part of the largest number of <paramref name="expected"/>.</summary>
    public static double Relative(Tensor expected, Tensor actual)
    {
        using var scope = NewDisposeScope();
        return Max(expected, actual) / expected.detach().to(ScalarType.Float64).abs().max().item<double>();
    }
}
