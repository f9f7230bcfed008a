using System.Text.Json.Nodes;
using PeftIntegrations.Core;

namespace PeftIntegrations.Conformance;

/// <summary>Loads what a case needs, or skips it with what is missing.</summary>
internal static class Claimed
{
    public static Adapter Adapter(string folder, PretrainedModel model, Registry<PeftMethod> methods, JsonObject facts)
    {
        try
        {
            return AdapterFolder.Load(folder, model, methods);
        }
        catch (NotSupportedException e)
        {
            Assert.Skip(e.Message[e.Message.IndexOf("sets", StringComparison.Ordinal)..]);
        }
        catch (InvalidDataException e) when (e.Message.Contains("which is not known", StringComparison.Ordinal))
        {
            Assert.Skip($"method {facts["peft_type"] ?? JsonFile.Read(Path.Combine(folder, AdapterFolder.ConfigFile))["peft_type"]}");
        }

        throw new System.Diagnostics.UnreachableException();
    }
}
