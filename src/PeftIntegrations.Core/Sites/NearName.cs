namespace PeftIntegrations.Core;

/// <summary>What a name that is not known may have meant.</summary>
internal static class NearName
{
    /// <summary>The known name with the fewest edits to <paramref name="name"/>; null where half of it would have to change.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        var nearest = known.Distinct().Select(other => (Name: other, Edits: Edits(name, other))).DefaultIfEmpty(("", int.MaxValue))
            .MinBy(other => other.Item2);
        return nearest.Item2 < Math.Max(name.Length, nearest.Item1.Length) / 2.0 ? nearest.Item1 : null;
    }

    /// <summary>Letters to add, leave out or change, case apart (Levenshtein).</summary>
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= to.Length; j++)
            {
                var same = char.ToUpperInvariant(from[i - 1]) == char.ToUpperInvariant(to[j - 1]);
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
