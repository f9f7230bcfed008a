using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>A conversation.</summary>
/// <param name="Messages">What was said, in order.</param>
/// <param name="Tools">The tools that the assistant could call, as JSON schemas of functions; null for none.</param>
public sealed record Chat(IReadOnlyList<ChatMessage> Messages, IReadOnlyList<JsonObject>? Tools = null);
