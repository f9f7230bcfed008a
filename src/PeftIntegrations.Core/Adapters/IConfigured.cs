using System.Text.Json.Nodes;

namespace PeftIntegrations.Core;

/// <summary>A shared part that training gives facts which the method's file must hold, such as the ranks that are left.</summary>
public interface IConfigured
{
    /// <summary>Writes them into the configuration.</summary>
    void Write(JsonObject config);
}
