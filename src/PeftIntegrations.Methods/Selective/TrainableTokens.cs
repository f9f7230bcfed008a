using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>
/// Trainable tokens: rows of the token embedding learn while the body is frozen (after Artetxe et al. 2019, arXiv:1910.11856).
/// </summary>
[RegisteredAs("TRAINABLE_TOKENS")]
public sealed record TrainableTokens : PeftMethod
{
    /// <summary>Ids of the tokens, in the order of the stored rows.</summary>
    [JsonPropertyName("token_indices")]
    public IReadOnlyList<int> TokenIndices { get; init; } = [];

    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Roles(Role.Embedding);

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool) =>
        site is AffineSite layer && TokenIndices.Count > 0 ? TokenRows.For(layer, TokenIndices, "trainable_tokens_delta", pool) : null;
}
