namespace PeftIntegrations.Conformance;

/// <summary>What README.md holds for programs too: the two commands that <c>.ci/run</c> calls, and the example.</summary>
internal static class Readme
{
    /// <summary>The lines of the fenced block below the line <c>&lt;!-- commands --&gt;</c>.</summary>
    public static IReadOnlyList<string> Commands(string text) =>
    [
        .. text.ReplaceLineEndings("\n").Split('\n')
            .SkipWhile(l => !l.StartsWith("<!-- commands", StringComparison.Ordinal))
            .SkipWhile(l => !IsFence(l)).Skip(1)
            .TakeWhile(l => !IsFence(l)),
    ];

    /// <summary>The fenced blocks of C#.</summary>
    public static IEnumerable<string> Examples(string text) => text.ReplaceLineEndings("\n").Split("\n```csharp\n").Skip(1)
        .Select(block => string.Join('\n', block.Split('\n').TakeWhile(l => !IsFence(l))));

    /// <summary>The lines of a source between the marks <c>// &lt;readme&gt;</c>, moved to the left as far as these are.</summary>
    public static string Marked(SourceFile source)
    {
        var inside = source.Lines.SkipWhile(l => l.Trim() != "// <readme>").TakeWhile(l => l.Trim() != "// </readme>").ToList();
        var indent = inside.FirstOrDefault("").IndexOf('/', StringComparison.Ordinal);
        return string.Join('\n', inside.Skip(1).Select(l => l.Length == 0 ? l : l[indent..]));
    }

    private static bool IsFence(string line) => line.StartsWith("```", StringComparison.Ordinal);
}
