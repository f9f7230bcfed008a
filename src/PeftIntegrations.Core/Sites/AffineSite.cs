namespace PeftIntegrations.Core;

/// <summary>A frozen affine layer: the site of weight patches and of activation patches around it.</summary>
public abstract class AffineSite : ISite, IAffine
{
    private IAffine _top;

    /// <summary>A layer at <paramref name="path"/> of a checkpoint.</summary>
    protected AffineSite(Role role, string path, ModelShape model, FrozenWeight weight)
    {
        (Role, Path, Model, Weight) = (role, path, model, weight);
        _top = this;
    }

    /// <inheritdoc/>
    public Role Role { get; }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public ModelShape Model { get; }

    /// <summary>The frozen weight as it is kept; two layers may share one.</summary>
    public FrozenWeight Weight { get; }

    /// <summary>The type the layer computes in.</summary>
    public ScalarType DType => Weight.DType;

    /// <summary>The device the layer computes on.</summary>
    public Device Device => Weight.Device;

    /// <summary>Shape of the weight, as in <see cref="Affine.Weight"/>.</summary>
    public IReadOnlyList<long> WeightShape => Weight.Shape;

    /// <summary>Length of the bias, or null where there is none.</summary>
    public abstract long? BiasLength { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Level> Levels
    {
        get;
        set
        {
            IAffine top = this;
            for (var i = 0; i < value.Count; i++) top = value[i].Over(top, this);
            (_top, field) = (top, value); // a patch that does not fit changes nothing
        }
    } = [];

    /// <summary>The frozen numbers, whatever is attached.</summary>
    public abstract Affine Read();

    /// <inheritdoc/>
    public abstract Tensor Apply(Tensor x, Affine numbers);

    /// <summary>The frozen layer's function; a weight store with a product of its own overrides it.</summary>
    public virtual Tensor ForwardFrozen(Tensor x) => Apply(x, Read());

    Tensor IAffine.Forward(Tensor x) => ForwardFrozen(x);

    /// <summary>The layer's function with all that is attached.</summary>
    public Tensor Forward(Tensor x) => _top.Forward(x);

    /// <summary>The numbers with all that is attached folded in.</summary>
    /// <inheritdoc cref="IAffine.Read"/>
    public Affine Folded() => _top.Read();

    /// <summary>What a level makes of what lies below it.</summary>
    internal IAffine Over(IAffine below, Level level) => level.Groups is { } groups
        ? new Routing(below, [.. groups.Select(group => new RoutedRows(group, below, own => group.Levels.Aggregate(own, Over)))])
        : level.Whole is { } patches
        ? Over(below, patches)
        : new Blending(below, [.. level.Shares.Select(share => (Over(below, share.Patches), share.Weight))]);

    private IAffine Over(IAffine below, IReadOnlyList<Patch> patches) => patches.Aggregate(below, (lower, patch) => patch switch
    {
        AffinePatch foldable => new Folding(foldable, lower),
        Patch<Tensor> decorator => new Decorating(decorator, lower),
        _ => throw new ArgumentException(
            $"{patch.GetType().Name} cannot attach to the affine layer {Path}: it is neither an AffinePatch nor a Patch<Tensor>."),
    });
}
