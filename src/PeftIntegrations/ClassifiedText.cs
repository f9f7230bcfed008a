namespace PeftIntegrations;

/// <summary>What a classifier says of a text.</summary>
/// <param name="Label">The label of the highest score.</param>
/// <param name="Scores">
/// A score for each of <see cref="PeftModel.Labels"/>: probabilities that sum to one; of a multi-label model, each label's own; of a model
/// with a single label, the number it gives.
/// </param>
public sealed record ClassifiedText(string Label, IReadOnlyList<float> Scores);
