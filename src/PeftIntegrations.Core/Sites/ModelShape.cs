namespace PeftIntegrations.Core;

/// <summary>What a method may need to know of a model to size its tensors.</summary>
/// <param name="Layers">Number of transformer layers.</param>
/// <param name="Hidden">Size of the residual stream.</param>
/// <param name="Heads">Query heads of a layer.</param>
/// <param name="KeyValueHeads">Key–value heads of a layer; fewer than <paramref name="Heads"/> in grouped-query attention.</param>
/// <param name="HeadDim">Size of one head.</param>
/// <param name="Vocabulary">Rows of the token embedding.</param>
/// <param name="MaxPositions">Longest sequence the model was made for, in tokens.</param>
public sealed record ModelShape(int Layers, long Hidden, long Heads, long KeyValueHeads, long HeadDim, long Vocabulary, int MaxPositions);
