namespace PeftIntegrations.Core;

/// <summary>The optional power of a patch to do in one function what it and others of its kind do to rows of their own.</summary>
public interface IGroupedPatch
{
    /// <summary>The layer's function, each group's rows changed by their patch; null where it is better done group by group.</summary>
    /// <param name="x">[batch, ..., in].</param>
    /// <param name="layer">The frozen layer.</param>
    /// <param name="groups">The groups; together they hold every row once, in order.</param>
    Tensor? Forward(Tensor x, Projection layer, IReadOnlyList<PatchedRows> groups);
}
