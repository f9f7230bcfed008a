using System.Text.RegularExpressions;

namespace PeftIntegrations.Conformance;

/// <summary>The solution file against the projects there are.</summary>
internal static partial class Solution
{
    public const string File = "PeftIntegrations.sln";

    public static IEnumerable<string> Disagreements(string solution, IEnumerable<string> projects)
    {
        var named = ProjectPath.Matches(solution).Select(m => m.Groups[1].Value.Replace('\\', '/')).ToHashSet(StringComparer.Ordinal);
        var there = projects.ToHashSet(StringComparer.Ordinal);
        return there.Except(named).Order().Select(p => $"{p} is not in the solution; dotnet sln add {p}")
            .Concat(named.Except(there).Order().Select(p => $"{p} is in the solution, but does not exist; dotnet sln remove {p}"));
    }

    [GeneratedRegex("\"([^\"]+\\.csproj)\"")]
    private static partial Regex ProjectPath { get; }
}
