namespace PeftIntegrations.Core;

/// <summary>How a frozen weight is kept. Projections ask it; patches never know.</summary>
public abstract class FrozenWeight
{
    /// <summary>[out, in] for a projection, [features] for a norm, [vocab, hidden] for an embedding.</summary>
    public abstract IReadOnlyList<long> Shape { get; }

    /// <summary>The compute type that <see cref="Read"/> gives.</summary>
    public abstract ScalarType DType { get; }

    /// <summary>Where it is kept.</summary>
    public abstract Device Device { get; }

    /// <summary>The tensors it is kept in: what loads, counts and is disposed with the model.</summary>
    public abstract IEnumerable<Tensor> Stored { get; }

    /// <summary>The weight in the compute type.</summary>
    public abstract Tensor Read();

    /// <summary>x·Wᵀ + b, in whatever way is fastest for this store.</summary>
    public virtual Tensor Multiply(Tensor x, Tensor? bias) => nn.functional.linear(x, Read(), bias);
}
