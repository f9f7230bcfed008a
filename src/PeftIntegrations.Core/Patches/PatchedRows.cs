namespace PeftIntegrations.Core;

/// <summary>Rows of a batch that lie one behind another, and what changes them.</summary>
/// <param name="First">The first, from 0.</param>
/// <param name="Count">How many.</param>
/// <param name="Patch">Their patch; null where the layer is as it was loaded.</param>
public readonly record struct PatchedRows(long First, long Count, Patch? Patch)
{
    /// <summary>Theirs of the rows of a batch: a view.</summary>
    public Tensor Of(Tensor all) => all.narrow(0, First, Count);
}
