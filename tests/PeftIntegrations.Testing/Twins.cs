namespace PeftIntegrations.Testing;

/// <summary>Holds a fast path to the plain twin that defines it: value and gradients.</summary>
public static class Twins
{
    /// <summary>The largest difference of the values, and of the gradients by each input.</summary>
    /// <param name="fast">The fast path.</param>
    /// <param name="plain">Its twin.</param>
    /// <param name="inputs">What both take; leaves that require a gradient.</param>
    public static double Difference(Func<Tensor[], Tensor> fast, Func<Tensor[], Tensor> plain, params Tensor[] inputs)
    {
        var (first, second) = (Results(fast, inputs), Results(plain, inputs));
        return first.Zip(second).Max(pair => (pair.First - pair.Second).abs().max().to(ScalarType.Float64).item<double>());
    }

    /// <summary>Random numbers in fp64 that require a gradient.</summary>
    public static Tensor Leaf(params long[] shape) => Leaf(ScalarType.Float64, shape);

    /// <summary>Random numbers that require a gradient.</summary>
    public static Tensor Leaf(ScalarType type, params long[] shape) => randn(shape, dtype: type, requires_grad: true);

    /// <summary>How far twins of this type may be apart that round at other places.</summary>
    public static double Rounding(ScalarType type) => type switch
    {
        ScalarType.Float64 => 1e-12,
        ScalarType.Float32 => 2e-5,
        _ => 8e-2,
    };

    private static Tensor[] Results(Func<Tensor[], Tensor> function, Tensor[] inputs)
    {
        foreach (var input in inputs) input.grad = null;
        var value = function(inputs);
        (value * arange(value.numel(), dtype: ScalarType.Float64).view(value.shape).cos()).sum().backward(); // no two alike
        return [value.detach(), .. inputs.Select(input => input.grad!.clone())];
    }
}
