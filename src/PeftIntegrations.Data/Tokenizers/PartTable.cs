namespace PeftIntegrations.Data;

/// <summary>
/// Ids of parts of words. Short ones in ASCII, as most are, are their own key: a table of strings is read in some four places of memory for
/// each, far apart.
/// </summary>
internal sealed class PartTable
{
    private const int MostPacked = sizeof(ulong);
    private readonly Dictionary<ulong, int> _packed = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _others;

    public PartTable(IEnumerable<(string Text, int Id)> parts)
    {
        var others = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (text, id) in parts)
        {
            if (TryPack(text, out var key)) _packed[key] = id;
            else others[text] = id;
        }

        _others = others.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The id; null where there is none.</summary>
    public int? IdOf(ReadOnlySpan<char> part) =>
        (TryPack(part, out var key) ? _packed.TryGetValue(key, out var id) : _others.TryGetValue(part, out id)) ? id : null;

    private static bool TryPack(ReadOnlySpan<char> part, out ulong key)
    {
        key = 0;
        if (part.Length > MostPacked) return false;

        foreach (var unit in part)
        {
            if (unit is '\0' or > '\x7F') return false;
            key = (key << 8) | unit;
        }

        return true;
    }
}
