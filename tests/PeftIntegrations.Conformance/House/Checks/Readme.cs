namespace PeftIntegrations.Conformance;

/// <summary>The two commands that README.md holds for people and for <c>.ci/run</c> alike.</summary>
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

    private static bool IsFence(string line) => line.StartsWith("```", StringComparison.Ordinal);
}
