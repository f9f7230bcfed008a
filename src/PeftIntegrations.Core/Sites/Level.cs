namespace PeftIntegrations.Core;

/// <summary>One layer of what is attached to a site: one adapter's share, or the weighted shares of several.</summary>
/// <remarks>
/// With f₀ what lies below and fᵢ that under the patches of share i, a level computes f₀ + Σ wᵢ·(fᵢ − f₀): one share of weight 1 is the
/// adapter itself,
/// one of weight w a weighted adapter, and n shares of weight 1/n their average.
/// </remarks>
public sealed class Level
{
    private IAffine? _below, _chain;

    /// <summary>A level that all rows of a batch pass.</summary>
    public Level(params IReadOnlyList<Share> shares) =>
        Shares = Guard.NotEmpty(shares, "A level needs at least one share.", nameof(shares));

    /// <summary>A level whose groups of rows pass levels of their own. Together the groups hold every row once.</summary>
    public Level(params IReadOnlyList<RowGroup> groups)
    {
        Groups = Guard.NotEmpty(groups, "A batch has at least one row.", nameof(groups));
        Shares = [.. groups.SelectMany(group => group.Levels).SelectMany(level => level.Shares)];
    }

    /// <summary>The shares; all see the same input, or that of their rows.</summary>
    public IReadOnlyList<Share> Shares { get; }

    /// <summary>Which rows pass which levels, or null where all pass the same.</summary>
    public IReadOnlyList<RowGroup>? Groups { get; }

    /// <summary>The patches of the only share, if it counts fully.</summary>
    internal IReadOnlyList<Patch>? Whole => Groups is null && Shares is [{ Weight: 1 } only] ? only.Patches : null;

    /// <summary>What it makes of a layer; made once, so that to switch back costs next to nothing.</summary>
    internal IAffine Over(IAffine below, AffineSite site)
    {
        if (_below != below) (_chain, _below) = (site.Over(below, this), below);
        return _chain!;
    }
}
