namespace PeftIntegrations.Core;

/// <summary>An affine layer seen both ways: as its numbers, and as the function they parameterise.</summary>
public interface IAffine
{
    /// <summary>The numbers.</summary>
    /// <exception cref="NotSupportedException">A patch depends on its input, so that no fixed numbers exist.</exception>
    Affine Read();

    /// <summary>The layer's function with other numbers.</summary>
    Tensor Apply(Tensor x, Affine numbers);

    /// <summary>The layer's function.</summary>
    Tensor Forward(Tensor x) => Apply(x, Read());
}

internal sealed class Folding(AffinePatch patch, IAffine below) : IAffine
{
    public Affine Read()
    {
        var numbers = below.Read();
        return patch.Fold(numbers).As(numbers); // an fp32 patch leaves a bf16 layer a bf16 layer
    }

    public Tensor Apply(Tensor x, Affine numbers) => below.Apply(x, numbers);

    public Tensor Forward(Tensor x) => patch.Forward(x, below);
}

internal sealed class Decorating(Patch<Tensor> patch, IAffine below) : IAffine
{
    public Affine Read() => throw new NotSupportedException(
        $"{patch.GetType().Name} depends on its input, so it cannot be folded into a weight. Keep the adapter attached instead of " +
            $"merging it.");

    public Tensor Apply(Tensor x, Affine numbers) => below.Apply(x, numbers);

    public Tensor Forward(Tensor x) => patch.Forward(x, below.Forward);
}

internal sealed class Blending(IAffine below, IReadOnlyList<(IAffine Patched, double Weight)> parts) : IAffine
{
    public Affine Read()
    {
        var start = below.Read();
        return parts.Aggregate(start, (sum, part) => sum.Toward(part.Patched.Read(), start, part.Weight));
    }

    public Tensor Apply(Tensor x, Affine numbers) => below.Apply(x, numbers);

    public Tensor Forward(Tensor x)
    {
        var start = below.Forward(x);
        return parts.Aggregate(start, (sum, part) => sum + part.Weight * (part.Patched.Forward(x) - start)).to(start.dtype);
    }
}
