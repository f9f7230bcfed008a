using System.Collections;

namespace PeftIntegrations.Data;

/// <summary>A data set of texts with labels. Never empty, and of two classes at least.</summary>
public sealed class LabelledTexts : IReadOnlyList<LabelledText>, IExamples
{
    private const int ShownLabels = 20;

    private readonly LabelledText[] _texts;
    private readonly Dictionary<string, int> _classes = new(StringComparer.Ordinal);

    private LabelledTexts(IEnumerable<LabelledText> texts, IReadOnlyList<string>? labels)
    {
        _texts = [.. texts];
        Labels = labels ?? [.. _texts.Select(text => text.Label).Distinct()];
        foreach (var (index, label) in Labels.Index()) _classes[label] = index;
    }

    /// <summary>The names of the classes, in their order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <inheritdoc/>
    public int Count => _texts.Length;

    /// <inheritdoc/>
    public LabelledText this[int index] => _texts[index];

    /// <summary>The class of a label: its place in <see cref="Labels"/>.</summary>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public int ClassOf(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return _classes.TryGetValue(label, out var index) ? index : throw new ArgumentException(Unknown(label, Labels), nameof(label));
    }

    /// <summary>Texts in memory.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="labels">The labels in the order of their classes; null for those of the texts, in the order in which they come.</param>
    /// <exception cref="ArgumentException">
    /// There is none, one is empty, a label is unknown, or there are fewer than two classes; the message lists the places.
    /// </exception>
    public static LabelledTexts From(IEnumerable<LabelledText> texts, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Create(ExampleSource.Memory(nameof(texts)), ExampleSource.Rows(texts), labels);
    }

    /// <summary>
    /// Reads a file by its extension: <c>.csv</c> and <c>.tsv</c> begin with the names of their columns; <c>.jsonl</c> has an object a
    /// line.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Where it has texts and labels; null for <c>text</c> and <c>label</c>.</param>
    /// <exception cref="ArgumentException">The extension is unknown; the message lists the known ones.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is empty, a column is missing, rows are bad, or there are fewer than two classes; the message lists the lines.
    /// </exception>
    public static LabelledTexts FromFile(string path, LabelledFileOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        return Create(ExampleSource.File(path), FileFormats<ILabelledFormat>.For(path).Read(path, options), options.Labels);
    }

    /// <inheritdoc/>
    public IEnumerator<LabelledText> GetEnumerator() => _texts.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static LabelledTexts Create(
        ExampleSource source, IEnumerable<ExampleRow<LabelledText>> rows, IReadOnlyList<string>? labels)
    {
        if (labels is not null && ProblemOf(labels) is { } wrong) throw new ArgumentException(wrong, nameof(labels));

        var known = labels?.ToHashSet(StringComparer.Ordinal);
        var data = new LabelledTexts(source.Good(rows, text => ProblemOf(text, labels, known)), labels);
        return data.Labels.Count >= 2 ? data : throw source.Error(
            $"{source.Name} holds one class only, '{data.Labels[0]}', and to tell classes apart takes two. " +
            "Add texts of another, or give the labels.");
    }

    private static string? ProblemOf(IReadOnlyList<string> labels)
    {
        if (labels.Count < 2)
        {
            return $"{labels.Count} labels are given, and to tell classes apart takes two. Give all, or none for those of the data.";
        }

        var twice = labels.GroupBy(label => label).FirstOrDefault(same => same.Count() > 1)?.Key;
        return twice is null ? null : $"The label '{twice}' is given twice. Give each once.";
    }

    private static string? ProblemOf(LabelledText text, IReadOnlyList<string>? labels, HashSet<string>? known) =>
        TextProblem.Of(text.Text, text.Pair) is { } problem ? problem
        : string.IsNullOrWhiteSpace(text.Label) ? "The label is empty. Leave the row out."
        : known is not null && !known.Contains(text.Label) ? Unknown(text.Label, labels!)
        : null;

    private static string Unknown(string label, IReadOnlyList<string> labels)
    {
        var more = labels.Count > ShownLabels ? $" and {labels.Count - ShownLabels} more" : "";
        return $"The label '{label}' is none of {string.Join(", ", labels.Take(ShownLabels))}{more}.";
    }
}
