using System.Collections;

namespace PeftIntegrations.Data;

/// <summary>A data set of texts that belong together, each with as many negatives. Never empty.</summary>
public sealed class TextGroups : IReadOnlyList<TextGroup>, IExamples
{
    private readonly TextGroup[] _groups;

    private TextGroups(ExampleSource source, IEnumerable<ExampleRow<TextGroup>> rows)
    {
        int? negatives = null;
        _groups = source.Good(rows, group => ProblemOf(group, negatives ??= group.Negatives.Count));
    }

    /// <inheritdoc/>
    public int Count => _groups.Length;

    /// <inheritdoc/>
    public TextGroup this[int index] => _groups[index];

    /// <summary>Groups in memory.</summary>
    /// <exception cref="ArgumentException">
    /// There is none, a text is empty, or some have more negatives than others; the message lists the places.
    /// </exception>
    public static TextGroups From(IEnumerable<TextGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return new(ExampleSource.Memory(nameof(groups)), ExampleSource.Rows(groups));
    }

    /// <summary>Texts, each with one that belongs to it.</summary>
    /// <inheritdoc cref="From"/>
    public static TextGroups FromPairs(IEnumerable<(string Anchor, string Positive)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return From(pairs.Select(pair => new TextGroup(pair.Anchor, pair.Positive)));
    }

    /// <summary>
    /// Reads a <c>.jsonl</c> file: an object a line with <c>anchor</c>, <c>positive</c> and perhaps <c>negative</c>, a text or a list.
    /// </summary>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    /// <exception cref="InvalidDataException">The file is empty, or rows are bad; the message lists the lines.</exception>
    public static TextGroups FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(ExampleSource.File(path), FileFormats<ITextGroupFormat>.For(path).Read(path));
    }

    /// <inheritdoc/>
    public IEnumerator<TextGroup> GetEnumerator() => _groups.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string? ProblemOf(TextGroup group, int negatives) =>
        group.All.Any(text => TextProblem.Of(text) is not null) ? "A text is empty. Leave the row out."
        : group.Negatives.Count == negatives ? null
        : $"It has {group.Negatives.Count} negatives, and the first {negatives}. Give each row as many.";
}
