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

    /// <summary>Whether somebody asks for its gradient after all: then nothing may pass autograd by.</summary>
    public bool IsWatched => Stored.Any(part => part.requires_grad);

    /// <summary>The weight in the compute type.</summary>
    public abstract Tensor Read();

    /// <summary>The rows at <paramref name="ids"/>, [k], in the compute type; no others need be read.</summary>
    public virtual Tensor ReadRows(Tensor ids)
    {
        using var scope = NewDisposeScope();
        return Read().index_select(0, ids).MoveToOuterDisposeScope();
    }

    /// <summary>x·Wᵀ + b, with the gradient by x where one is needed.</summary>
    public virtual Tensor Multiply(Tensor x, Tensor? bias) =>
        StoredProduct.Serves(x) ? StoredProduct.Of(x, this, bias) : Product(x, bias);

    /// <summary>x·Wᵀ + b of which no gradient is asked, in whatever way is fastest for this store.</summary>
    public virtual Tensor Product(Tensor x, Tensor? bias)
    {
        using var span = KernelTelemetry.Start(nameof(FrozenWeight));
        using var scope = NewDisposeScope();
        return nn.functional.linear(x, Read(), bias).MoveToOuterDisposeScope();
    }

    /// <summary>g·W, the gradient by the input of a product: [..., out] → [..., in].</summary>
    public virtual Tensor ProductBack(Tensor gradient)
    {
        using var span = KernelTelemetry.Start(nameof(FrozenWeight));
        using var scope = NewDisposeScope();
        return gradient.matmul(Read()).MoveToOuterDisposeScope();
    }
}
