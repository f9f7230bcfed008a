using System.Collections;

namespace PeftIntegrations.Data;

/// <summary>A data set of texts with any number of labels each. Never empty, and of one label at least.</summary>
public sealed class MultiLabelTexts : IReadOnlyList<MultiLabelText>, IExamples
{
    private readonly MultiLabelText[] _texts;

    private MultiLabelTexts(ExampleSource source, IEnumerable<ExampleRow<MultiLabelText>> rows, IReadOnlyList<string>? labels)
    {
        var known = labels?.ToHashSet(StringComparer.Ordinal);
        _texts = source.Good(rows, text => ProblemOf(text, known));
        Labels = labels ?? [.. _texts.SelectMany(text => text.Labels).Distinct()];
        if (Labels.Count == 0) throw source.Error($"{source.Name} holds no label, so there is nothing to learn. Give the labels.");
    }

    /// <summary>The names of the labels, in their order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <inheritdoc/>
    public int Count => _texts.Length;

    /// <inheritdoc/>
    public MultiLabelText this[int index] => _texts[index];

    /// <summary>Texts in memory.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="labels">The labels in their order; null for those of the texts, in the order in which they come.</param>
    /// <exception cref="ArgumentException">There is none, one is empty, or a label is unknown; the message lists the places.</exception>
    public static MultiLabelTexts From(IEnumerable<MultiLabelText> texts, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new(ExampleSource.Memory(nameof(texts)), ExampleSource.Rows(texts), labels);
    }

    /// <summary>
    /// Reads a file by its extension, as <see cref="LabelledTexts.FromFile"/> does, with labels that
    /// <see cref="LabelledFileOptions.LabelSeparator"/> parts; a text without a label is one that is called nothing.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Where it has texts and labels; null for <c>text</c> and <c>label</c>.</param>
    /// <exception cref="ArgumentException">The extension is unknown; the message lists the known ones.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is empty, a column is missing, or rows are bad; the message lists the lines.
    /// </exception>
    public static MultiLabelTexts FromFile(string path, LabelledFileOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options = (options ?? new()) with { AllowsSeveral = true };
        var rows = FileFormats<ILabelledFormat>.For(path).Read(path, options).Select(row => row.To(text => new MultiLabelText(
            text.Text, text.Label.Split(options.LabelSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            text.Pair)));
        return new(ExampleSource.File(path), rows, options.Labels);
    }

    /// <inheritdoc/>
    public IEnumerator<MultiLabelText> GetEnumerator() => _texts.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string? ProblemOf(MultiLabelText text, HashSet<string>? known) => TextProblem.Of(text.Text, text.Pair)
        ?? (text.Labels.FirstOrDefault(label => string.IsNullOrWhiteSpace(label) || known?.Contains(label) == false) is { } wrong
            ? $"The label '{wrong}' is none of {string.Join(", ", known ?? [])}. Give a known one, or leave it out." : null);
}
