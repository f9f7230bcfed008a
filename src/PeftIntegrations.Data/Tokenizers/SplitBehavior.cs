using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>What becomes of the matches when a text is cut at them.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>Cuts pieces in the five ways.</summary>
internal static class SplitBehaviors
{
    public static SplitBehavior Read(JsonElement json) =>
        Enum.TryParse<SplitBehavior>(json.Text("behavior"), out var behavior) && Enum.IsDefined(behavior)
        ? behavior
        : throw new InvalidDataException(
            $"The split behavior '{json.Text("behavior")}' is not known. Known: {string.Join(", ", Enum.GetNames<SplitBehavior>())}.");

    public static SplitBehavior? ReadOptional(JsonElement json) => json.TryField("behavior", out _) ? Read(json) : null;

    public static List<Piece> Cut(this SplitBehavior behavior, Piece piece, TextPattern pattern, bool invert)
    {
        var cut = new List<Piece>();
        bool? before = null;
        var start = 0;
        foreach (var (from, to, isMatch) in pattern.Stretches(piece.Span))
        {
            var isDelimiter = isMatch != invert;
            if (!behavior.Joins(before, isDelimiter)) start = from;
            else cut.RemoveAt(cut.Count - 1);

            if (behavior != SplitBehavior.Removed || !isDelimiter) cut.Add(piece.Slice(start, to));
            before = isDelimiter;
        }

        return cut;
    }

    private static bool Joins(this SplitBehavior behavior, bool? before, bool isDelimiter) => behavior switch
    {
        SplitBehavior.Contiguous => before == isDelimiter,
        SplitBehavior.MergedWithPrevious => before == false && isDelimiter,
        SplitBehavior.MergedWithNext => before == true && !isDelimiter,
        _ => false,
    };
}
