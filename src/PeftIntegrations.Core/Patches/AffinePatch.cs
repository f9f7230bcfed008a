namespace PeftIntegrations.Core;

/// <summary>
/// Maps the numbers of an affine layer. <see cref="Fold"/> defines it; <see cref="Forward"/> may only be a faster way to the same result.
/// </summary>
public abstract class AffinePatch : Patch
{
    /// <summary>Whether the patch puts a bias of its own in place of the layer's, so that training the layer's would be in vain.</summary>
    public virtual bool OwnsBias => false;

    /// <summary>Whether the patch puts a weight of its own in place of the layer's, so that no file need repeat the layer's.</summary>
    public virtual bool OwnsWeight => false;

    /// <summary>The layer's numbers, changed.</summary>
    public abstract Affine Fold(Affine below);

    /// <summary>The layer's function, changed.</summary>
    public virtual Tensor Forward(Tensor x, IAffine below)
    {
        var numbers = below.Read();
        return below.Apply(x, Fold(numbers).As(numbers));
    }
}
