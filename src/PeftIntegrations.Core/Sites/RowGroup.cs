namespace PeftIntegrations.Core;

/// <summary>Rows of a batch that pass the same levels.</summary>
/// <param name="Rows">Their numbers, from 0.</param>
/// <param name="Levels">What is attached for them, innermost first; none for the model alone.</param>
public sealed record RowGroup(IReadOnlyList<int> Rows, IReadOnlyList<Level> Levels);
