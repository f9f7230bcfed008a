using System.Collections;

namespace PeftIntegrations.Data;

/// <summary>A data set of texts whose words carry tags, such as those of named entities. Never empty, and of two tags at least.</summary>
public sealed class TaggedTexts : IReadOnlyList<TaggedText>, IExamples
{
    private readonly TaggedText[] _texts;

    private TaggedTexts(ExampleSource source, IEnumerable<ExampleRow<TaggedText>> rows, IReadOnlyList<string>? tags)
    {
        var known = tags?.ToHashSet(StringComparer.Ordinal);
        _texts = source.Good(rows, text => ProblemOf(text, known));
        Tags = tags ?? [.. _texts.SelectMany(text => text.Tags).Distinct()];
        if (Tags.Count < 2) throw source.Error($"{source.Name} holds one tag only, '{Tags[0]}', and to tell words apart takes two.");
    }

    /// <summary>The names of the tags, in their order.</summary>
    public IReadOnlyList<string> Tags { get; }

    /// <inheritdoc/>
    public int Count => _texts.Length;

    /// <inheritdoc/>
    public TaggedText this[int index] => _texts[index];

    /// <summary>Texts in memory.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="tags">The tags in their order; null for those of the texts, in the order in which they come.</param>
    /// <exception cref="ArgumentException">
    /// There is none, words and tags are not as many, a tag is unknown, or all are one; the message lists the places.
    /// </exception>
    public static TaggedTexts From(IEnumerable<TaggedText> texts, IReadOnlyList<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new(ExampleSource.Memory(nameof(texts)), ExampleSource.Rows(texts), tags);
    }

    /// <summary>
    /// Reads a <c>.conll</c> file: a word, a tab or blank, and its tag on each line (further columns are left out), and a blank line
    /// behind each text.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="tags">The tags in their order; null for those of the file.</param>
    /// <exception cref="ArgumentException">The extension is another.</exception>
    /// <exception cref="InvalidDataException">The file is empty, or lines are bad; the message lists them.</exception>
    public static TaggedTexts FromFile(string path, IReadOnlyList<string>? tags = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(ExampleSource.File(path), FileFormats<ITaggedFormat>.For(path).Read(path), tags);
    }

    /// <inheritdoc/>
    public IEnumerator<TaggedText> GetEnumerator() => _texts.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string? ProblemOf(TaggedText text, HashSet<string>? known) =>
        text.Words.Count == 0 ? "It has no word. Leave it out."
        : text.Words.Count != text.Tags.Count ? $"It has {text.Words.Count} words and {text.Tags.Count} tags. Give each word one."
        : text.Words.Any(string.IsNullOrWhiteSpace) ? "A word is empty. Leave it out, with its tag."
        : text.Tags.FirstOrDefault(tag => string.IsNullOrWhiteSpace(tag) || known?.Contains(tag) == false) is { } wrong
            ? $"The tag '{wrong}' is none of {string.Join(", ", known ?? [])}. Give a known one."
        : null;
}
