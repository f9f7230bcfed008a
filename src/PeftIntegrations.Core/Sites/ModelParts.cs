using System.Text.Json.Nodes;

namespace PeftIntegrations.Core;

/// <summary>What the parts of a model report while it is built.</summary>
/// <param name="Shape">The sizes.</param>
/// <param name="Config">The folder's <c>config.json</c>.</param>
/// <param name="Sites">The sites, in the order in which they were made.</param>
/// <param name="Weights">The frozen weights by checkpoint name.</param>
public sealed record ModelParts(ModelShape Shape, JsonObject Config, IReadOnlyList<ISite> Sites, IReadOnlyDictionary<string,
    FrozenWeight> Weights);
