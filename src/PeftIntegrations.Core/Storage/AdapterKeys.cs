namespace PeftIntegrations.Core;

/// <summary>The spellings of tensor names that adapter files have used over time.</summary>
internal static class AdapterKeys
{
    private static readonly string[] Prefixes = ["", "base_model.model.", "base_model."];

    /// <summary>Whether a file only repeats what the model has itself: the frozen twin of a layer that was trained whole.</summary>
    public static bool IsFrozenTwin(string written) => written.Contains(".original_module.", StringComparison.Ordinal);

    /// <summary>Whether a file repeats under its wrapper's name what it holds under the layer's own.</summary>
    public static bool IsWrapped(string written) => written.Contains(".modules_to_save.", StringComparison.Ordinal);

    /// <summary>The name as this library spells it; unchanged where it is no spelling of a known one.</summary>
    /// <param name="written">The name in the file.</param>
    /// <param name="isKnown">Whether a name is one of the adapter's.</param>
    public static string Normalise(string written, Func<string, bool> isKnown) => Spellings(written).FirstOrDefault(isKnown) ?? written;

    private static IEnumerable<string> Spellings(string written)
    {
        var bare = Prefixes.Where(prefix => written.StartsWith(prefix, StringComparison.Ordinal)).MaxBy(prefix => prefix.Length)!.Length;
        // injected into a bare model, without the prefix
        foreach (var key in Prefixes.Select(prefix => prefix + written[bare..]).Prepend(written))
        {
            yield return key;
            yield return key.Replace(".modules_to_save.", ".", StringComparison.Ordinal);
            if (key.EndsWith(".weight", StringComparison.Ordinal)) yield return key[..^".weight".Length]; // a magnitude vector as a module

            var parts = key.Split('.');
            if (parts.Length < 3) continue;
            yield return string.Join('.', parts[..^2].Append(parts[^1])); // the adapter's name before the last part
            yield return string.Join('.', parts[..^1]); // or behind it
            if (parts.Length > 3) yield return string.Join('.', parts[..^2]); // or between a magnitude vector and its .weight
        }
    }
}
