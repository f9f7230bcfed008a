namespace PeftIntegrations;

/// <summary>What an adapter may be called.</summary>
internal static class AdapterName
{
    private const int Longest = 128;

    /// <summary>The name, if it is 1 to 128 letters, digits, dots, dashes or underscores, and no path.</summary>
    public static string Check(string name)
    {
        var shown = name.Length > Longest ? name[..Longest] + "…" : name;
        if (name.Length is 0 or > Longest || !name.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_')
            || name.Trim('.').Length == 0)
        {
            throw new ArgumentException(
                $"'{shown.Replace("\0", "\\0", StringComparison.Ordinal)}' ({name.Length} characters) cannot name an adapter: " +
                $"take 1 to {Longest} letters, digits, dots, dashes or underscores.", nameof(name));
        }

        return name;
    }
}
