using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>
/// <c>.jsonl</c>: an object a line, with <c>text</c>, or with <c>prompt</c> and <c>completion</c>; blank lines are left out.
/// </summary>
internal sealed class JsonLines : ITextFormat
{
    private const int ShownProblems = 20;

    public string Extension => ".jsonl";

    public IReadOnlyList<TextExample> Read(string path)
    {
        var examples = new List<TextExample>();
        var problems = new List<string>();
        foreach (var (index, line) in Utf8File.ReadLines(path).Index())
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                examples.Add(ReadLine(line));
            }
            catch (Exception e) when (JsonFields.IsAboutTheFile(e))
            {
                problems.Add($"line {index + 1}: {e.Message}");
            }
        }

        return problems.Count == 0 ? examples : throw new InvalidDataException(
            $"{path} has {problems.Count} lines that are no example:\n  {string.Join("\n  ", problems.Take(ShownProblems))}");
    }

    private static TextExample ReadLine(string line)
    {
        using var json = JsonDocument.Parse(line);
        var example = json.RootElement;
        var isRaw = example.TryField("text", out _);
        var isPair = example.TryField("prompt", out _) || example.TryField("completion", out _);
        return (isRaw, isPair) switch
        {
            (true, false) => new TextExample(example.Text("text")),
            (false, true) => new TextExample(example.Text("prompt"), example.Text("completion")),
            (true, true) => throw new InvalidDataException("Both 'text' and 'prompt' or 'completion' are given. Keep one of the two."),
            _ => throw new InvalidDataException(
                $"The field 'text', or 'prompt' and 'completion', is missing in {JsonFields.Shown(example)}."),
        };
    }
}
