using System.Collections;
using System.Globalization;

namespace PeftIntegrations.Data;

/// <summary>A data set of texts with numbers: to learn a rating, or how alike two texts are. Never empty.</summary>
public sealed class ScoredTexts : IReadOnlyList<ScoredText>, IExamples
{
    private readonly ScoredText[] _texts;

    private ScoredTexts(ExampleSource source, IEnumerable<ExampleRow<ScoredText>> rows) => _texts = source.Good(rows, ProblemOf);

    /// <inheritdoc/>
    public int Count => _texts.Length;

    /// <inheritdoc/>
    public ScoredText this[int index] => _texts[index];

    /// <summary>Texts in memory.</summary>
    /// <exception cref="ArgumentException">
    /// There is none, one is empty, or a number is not finite; the message lists the places.
    /// </exception>
    public static ScoredTexts From(IEnumerable<ScoredText> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new(ExampleSource.Memory(nameof(texts)), ExampleSource.Rows(texts));
    }

    /// <summary>
    /// Reads a file by its extension, as <see cref="LabelledTexts.FromFile"/> does, with a number (and a decimal point) as the label.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Where it has texts and numbers; null for <c>text</c> and <c>label</c>.</param>
    /// <exception cref="ArgumentException">The extension is unknown; the message lists the known ones.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is empty, a column is missing, or rows are bad; the message lists the lines.
    /// </exception>
    public static ScoredTexts FromFile(string path, LabelledFileOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var rows = FileFormats<ILabelledFormat>.For(path).Read(path, options ?? new());
        return new(ExampleSource.File(path), rows.Select(row => row.To(text => new ScoredText(text.Text, Number(text.Label), text.Pair))));
    }

    /// <inheritdoc/>
    public IEnumerator<ScoredText> GetEnumerator() => _texts.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static float Number(string label) => float.TryParse(label, CultureInfo.InvariantCulture, out var number) ? number
        : throw new FormatException($"'{label}' is no number, such as 0.5. Correct it, or leave the row out.");

    private static string? ProblemOf(ScoredText text) => TextProblem.Of(text.Text, text.Pair)
        ?? (float.IsFinite(text.Score) ? null : $"The number is {text.Score}. Give a finite one, or leave the row out.");
}
