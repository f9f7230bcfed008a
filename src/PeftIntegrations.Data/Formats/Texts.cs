using System.Collections;

namespace PeftIntegrations.Data;

/// <summary>A data set of texts: raw ones, or prompts with completions. Never empty.</summary>
public sealed class Texts : IReadOnlyList<TextExample>, IExamples
{
    private readonly TextExample[] _examples;

    private Texts(ExampleSource source, IEnumerable<ExampleRow<TextExample>> rows) => _examples = source.Good(rows, _ => null);

    /// <inheritdoc/>
    public int Count => _examples.Length;

    /// <inheritdoc/>
    public TextExample this[int index] => _examples[index];

    /// <summary>One raw text.</summary>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static Texts FromText(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return From([new TextExample(text)], nameof(text));
    }

    /// <summary>Raw texts, each line one; empty lines are left out.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Texts FromLines(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        return From(lines.Where(line => line.Length > 0).Select(line => new TextExample(line)), nameof(lines));
    }

    /// <summary>Prompts with their completions.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Texts FromPairs(IEnumerable<(string Prompt, string Completion)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return From(pairs.Select(pair => new TextExample(pair.Prompt, pair.Completion)), nameof(pairs));
    }

    /// <summary>
    /// Reads a file by its extension: <c>.txt</c> is one raw text; <c>.jsonl</c> has an object a line, with <c>text</c>, or <c>prompt</c>
    /// and <c>completion</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The extension is unknown; the message lists the known ones.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is empty, or holds what its format does not allow; the message lists the places.
    /// </exception>
    public static Texts FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(ExampleSource.File(path), FileFormats<ITextFormat>.For(path).Read(path));
    }

    /// <inheritdoc/>
    public IEnumerator<TextExample> GetEnumerator() => _examples.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static Texts From(IEnumerable<TextExample> examples, string parameter) =>
        new(ExampleSource.Memory(parameter), ExampleSource.Rows(examples));
}
