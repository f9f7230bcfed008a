namespace PeftIntegrations.Core;

/// <summary>A computation an adapter may wrap: attention, a block, the sum behind it, or the whole stack.</summary>
/// <typeparam name="TIn">What the computation takes; it gives a tensor.</typeparam>
public sealed class Point<TIn>(Role role, string path, ModelShape model) : ISite
{
    private Func<Func<TIn, Tensor>, Func<TIn, Tensor>>? _wrap;

    /// <inheritdoc/>
    public Role Role { get; } = role;

    /// <inheritdoc/>
    public string Path { get; } = path;

    /// <inheritdoc/>
    public ModelShape Model { get; } = model;

    /// <inheritdoc/>
    public IReadOnlyList<Level> Levels
    {
        get;
        set
        {
            if (value.Any(level => level.Groups is not null))
            {
                throw new NotSupportedException(
                    $"Rows of one batch cannot have adapters of their own at {Path} ({Role}). Run each adapter's rows apart.");
            }

            foreach (var patch in value.SelectMany(level => level.Shares).SelectMany(share => share.Patches))
            {
                if (patch is not Patch<TIn>)
                {
                    throw new ArgumentException(
                        $"{patch.GetType().Name} cannot attach to {Path} ({Role}): it is no Patch<{typeof(TIn).Name}>.");
                }
            }

            _wrap = value.Count == 0 ? null : frozen => value.Aggregate(frozen, Over);
            field = value;
        }
    } = [];

    /// <summary>The computation <paramref name="frozen"/> with all that is attached.</summary>
    public Tensor Run(TIn input, Func<TIn, Tensor> frozen) => _wrap is null ? frozen(input) : _wrap(frozen)(input);

    private static Func<TIn, Tensor> Over(Func<TIn, Tensor> below, Level level) => level.Whole is { } patches
        ? Over(below, patches)
        : input =>
        {
            var start = below(input);
            return level.Shares
                .Aggregate(start, (sum, share) => sum + share.Weight * (Over(below, share.Patches)(input) - start)).to(start.dtype);
        };

    private static Func<TIn, Tensor> Over(Func<TIn, Tensor> below, IReadOnlyList<Patch> patches) =>
        patches.Aggregate(below, (lower, patch) => input => ((Patch<TIn>)patch).Forward(input, lower));
}
