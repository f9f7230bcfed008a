namespace PeftIntegrations.MLNet;

/// <summary>Reads texts with their labels.</summary>
internal static class LabelledRows
{
    /// <summary>The rows that have texts and a label.</summary>
    public static List<LabelledText> Read(IDataView view, IReadOnlyList<string> inputs, LabelColumn label, RowSource source)
    {
        var columns = TextColumns.In(view.Schema, inputs);
        return source.Read<LabelledText>(view, [.. columns, label.Column], row =>
        {
            var (texts, name) = (TextColumns.Reader(row, columns), label.Reader(row));
            return () => texts() is { } own && name() is { } named ? new LabelledText(own[0], named, own.ElementAtOrDefault(1)) : null;
        });
    }

    /// <summary>The rows as data to learn from: of two classes at least.</summary>
    public static LabelledTexts Learnable(IReadOnlyList<LabelledText> rows, LabelSet labels)
    {
        string[] used = [.. rows.Select(row => row.Label).Distinct().Take(2)];
        return used.Length == 2 ? LabelledTexts.From(rows, labels.Names) : throw new ArgumentException(
            $"All {rows.Count} rows are of one class, '{used[0]}', and to tell classes apart takes two. Add rows of another one.");
    }
}
