namespace PeftIntegrations.Core;

/// <summary>The spellings of tensor names that adapter files have used over time.</summary>
internal static class AdapterKeys
{
    private const string Prefix = "base_model.model.";

    /// <summary>The name as this library spells it.</summary>
    /// <param name="written">The name in the file.</param>
    /// <param name="known">The adapter's tensors.</param>
    public static string Normalise(string written, IReadOnlyDictionary<string, Parameter> known) =>
        Spellings(written).FirstOrDefault(known.ContainsKey) ?? Spellings(written).First();

    private static IEnumerable<string> Spellings(string written)
    {
        // Saved by PeftModel; or injected into a bare model, without the prefix.
        foreach (var key in written.StartsWith("base_model.", StringComparison.Ordinal) ? [written] : new[] { Prefix + written, "base_model." + written })
        {
            yield return key;
            if (key.EndsWith(".weight", StringComparison.Ordinal)) yield return key[..^".weight".Length]; // a magnitude vector as a module

            var parts = key.Split('.');
            if (parts.Length < 3) continue;
            yield return string.Join('.', parts[..^2].Append(parts[^1])); // the adapter's name before the last part
            yield return string.Join('.', parts[..^1]); // or behind it
            if (parts.Length > 3) yield return string.Join('.', parts[..^2]); // or between a magnitude vector and its .weight
        }
    }
}
