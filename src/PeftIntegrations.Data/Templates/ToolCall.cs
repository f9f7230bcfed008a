using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>A call of a tool that an assistant asks for.</summary>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">What it is called with, by name.</param>
/// <param name="Id">What the answer refers to; null where the model's format has none.</param>
public sealed record ToolCall(string Name, JsonObject Arguments, string? Id = null)
{
    internal JsonObject ToJson()
    {
        var json = new JsonObject { ["type"] = "function" };
        if (Id is not null) json["id"] = Id;
        json["function"] = new JsonObject { ["name"] = Name, ["arguments"] = Arguments.DeepClone() };
        return json;
    }
}
