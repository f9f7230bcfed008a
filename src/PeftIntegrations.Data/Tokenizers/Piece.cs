namespace PeftIntegrations.Data;

/// <summary>A stretch of a text.</summary>
internal readonly record struct Piece(AlignedText Text, int Start, int Length)
{
    public ReadOnlySpan<char> Span => Text.Text.AsSpan(Start, Length);

    public ReadOnlySpan<(int Start, int End)> Origins => Text.Origins.AsSpan(Start, Length);

    public Piece Slice(int from, int to) => new(Text, Start + from, to - from);

    /// <summary>Where the units [<paramref name="from"/>, <paramref name="to"/>) of this piece stand in the original text.</summary>
    public (int Start, int End) Origin(int from, int to) => (Origins[from].Start, Origins[to - 1].End);

    public AlignedText ToText() => Length == Text.Text.Length ? Text : new AlignedText(Span.ToString(), Origins.ToArray());
}
