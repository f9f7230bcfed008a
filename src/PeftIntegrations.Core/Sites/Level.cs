namespace PeftIntegrations.Core;

/// <summary>One layer of what is attached to a site: one adapter's share, or the weighted shares of several.</summary>
/// <remarks>
/// With f₀ what lies below and fᵢ that under the patches of share i, a level computes f₀ + Σ wᵢ·(fᵢ − f₀): one share of weight 1 is the adapter itself,
/// one of weight w a weighted adapter, and n shares of weight 1/n their average.
/// </remarks>
public sealed class Level(params IReadOnlyList<Share> shares)
{
    /// <summary>The shares; all see the same input.</summary>
    public IReadOnlyList<Share> Shares { get; } = Guard.NotEmpty(shares, "A level needs at least one share.", nameof(shares));

    /// <summary>The patches of the only share, if it counts fully.</summary>
    internal IReadOnlyList<Patch>? Whole => Shares is [{ Weight: 1 } only] ? only.Patches : null;
}
