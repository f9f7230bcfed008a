namespace PeftIntegrations.Data;

/// <summary>Where a file has its texts and labels.</summary>
public sealed record LabelledFileOptions
{
    /// <summary>The column or field of the text; case does not matter. Default <c>text</c>.</summary>
    public string TextColumn { get; init; } = "text";

    /// <summary>The column or field of the label. Default <c>label</c>.</summary>
    public string LabelColumn { get; init; } = "label";

    /// <summary>The column or field of the second text; null where there is none.</summary>
    public string? PairColumn { get; init; }

    /// <summary>What parts the labels of a text that has several. Default a comma.</summary>
    public char LabelSeparator { get; init; } = ',';

    /// <summary>
    /// Whether quotes enclose a value that holds separators, lines or quotes; otherwise they are part of the text. Null for yes in
    /// <c>.csv</c>, no in <c>.tsv</c>.
    /// </summary>
    public bool? Quoted { get; init; }

    /// <summary>The labels, in the order of their classes; null for all that the file has, in the order in which they come.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Whether a text may have several labels.</summary>
    internal bool AllowsSeveral { get; init; }
}
