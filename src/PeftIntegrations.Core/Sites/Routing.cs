namespace PeftIntegrations.Core;

/// <summary>A layer whose rows pass chains of their own. What lies below all chains is computed once for all rows.</summary>
internal sealed class Routing(IAffine below, IReadOnlyList<RoutedRows> groups) : IAffine
{
    private readonly RoutedRows[] _groups = [.. groups.OrderBy(group => group.First)];

    private readonly PatchedRows[]? _patched = groups.All(group => group.IsRange && group.HasOnePatchAtMost)
        ? [.. groups.OrderBy(group => group.First).Select(group => new PatchedRows(group.First, group.Count, group.Patch))]
        : null;

    private bool AreRanges => Array.TrueForAll(_groups, group => group.IsRange);

    public Affine Read() => throw new NotSupportedException(
        "Rows of a batch have adapters of their own, so no one weight holds them. Activate one composition for all before merging.");

    public Tensor Apply(Tensor x, Affine numbers) => below.Apply(x, numbers);

    public Tensor Forward(Tensor x) => Grouped(x) ?? (is_grad_enabled() ? Joined(x) : Written(x));

    // In one function, where a patch knows how.
    private Tensor? Grouped(Tensor x) =>
        below is Projection layer && _patched?.Select(group => group.Patch).OfType<IGroupedPatch>().FirstOrDefault() is { } patch
            ? patch.Forward(x, layer, _patched)
            : null;

    // The groups' results, one behind another: autograd undoes a split and a concatenation at the cost of one copy each.
    private Tensor Joined(Tensor x)
    {
        var inputs = Cut(x);
        Tensor[]? outputs = null;
        var parts = _groups.Select((group, i) => group.Forward(inputs[i], () => (outputs ??= Cut(below.Forward(x)))[i].clone()));
        var y = cat([.. parts], dim: 0);
        return AreRanges ? y : y.index_select(0, Back(x.device));
    }

    // Each group's result in its place among the rows of what was computed for all.
    private Tensor Written(Tensor x)
    {
        Tensor? y = null;
        var parts = Array.ConvertAll(_groups, group =>
        {
            Tensor? known = null;
            var own = group.Forward(group.Of(x), () => known = group.Of(y ??= below.Forward(x)));
            return (Group: group, Own: own, IsThere: group.IsRange && ReferenceEquals(own, known));
        });
        y ??= empty([x.shape[0], .. parts[0].Own.shape[1..]], dtype: parts[0].Own.dtype, device: x.device);
        foreach (var (group, own, _) in parts.Where(part => !part.IsThere)) group.Put(own, y);
        return y;
    }

    private Tensor[] Cut(Tensor all) => AreRanges
        ? all.split(Array.ConvertAll(_groups, group => (long)group.Count), 0)
        : Array.ConvertAll(_groups, group => group.Of(all));

    private Tensor Back(Device device)
    {
        var places = _groups.SelectMany(group => group.Rows).Index().OrderBy(row => row.Item).Select(row => (long)row.Index);
        return tensor(places.ToArray(), device: device);
    }
}

/// <summary>Some rows of a batch, and what they pass.</summary>
internal sealed class RoutedRows
{
    private readonly IReadOnlyList<int> _rows;
    private readonly GivenRows _below;
    private readonly IAffine _chain;

    /// <param name="group">The rows.</param>
    /// <param name="below">What all rows have in common.</param>
    /// <param name="over">Puts what is theirs over it.</param>
    public RoutedRows(RowGroup group, IAffine below, Func<IAffine, IAffine> over)
    {
        var rows = group.Rows;
        (_rows, _below) = (rows, new(below));
        Patch = group.Levels is [{ Whole: [var only] }] ? only : null;
        HasOnePatchAtMost = Patch is not null || group.Levels.Count == 0;
        _chain = over(_below);
        IsRange = rows.Index().All(row => row.Item == rows[0] + row.Index);
    }

    /// <summary>Their only patch.</summary>
    public Patch? Patch { get; }

    /// <summary>Whether they pass one patch, or none.</summary>
    public bool HasOnePatchAtMost { get; }

    public IReadOnlyList<int> Rows => _rows;

    public int First => _rows[0];

    public int Count => _rows.Count;

    /// <summary>Whether they lie one behind another.</summary>
    public bool IsRange { get; }

    /// <summary>Theirs of what all rows have: a view where it can be.</summary>
    public Tensor Of(Tensor all) => IsRange ? all.narrow(0, First, Count) : all.index_select(0, Index(all.device));

    /// <summary>Writes theirs among those of all rows.</summary>
    public void Put(Tensor own, Tensor all)
    {
        if (IsRange) all.narrow(0, First, Count).copy_(own);
        else all.index_copy_(0, Index(all.device), own);
    }

    /// <summary>What their chain makes of them.</summary>
    /// <param name="x">Their input.</param>
    /// <param name="known">What lies below makes of just that.</param>
    public Tensor Forward(Tensor x, Func<Tensor> known)
    {
        using var _ = _below.Knows(x, known);
        return _chain.Forward(x);
    }

    private Tensor Index(Device device) => tensor(_rows.Select(row => (long)row).ToArray(), device: device);
}

/// <summary>What lies below a group's chain: asked for the group's own input, it has the answer already.</summary>
internal sealed class GivenRows(IAffine below) : IAffine, IDisposable
{
    private Tensor? _x;
    private Func<Tensor>? _known;

    public Affine Read() => below.Read();

    public Tensor Apply(Tensor x, Affine numbers) => below.Apply(x, numbers);

    public Tensor Forward(Tensor x)
    {
        if (!ReferenceEquals(x, _x)) return below.Forward(x);

        var known = _known!();
        Dispose(); // whoever asks may write into it, so that another has to compute it
        return known;
    }

    public GivenRows Knows(Tensor x, Func<Tensor> known)
    {
        (_x, _known) = (x, known);
        return this;
    }

    public void Dispose() => (_x, _known) = (null, null);
}
