using System.Text.RegularExpressions;

namespace PeftIntegrations.Conformance;

/// <summary>What must not be committed: what the build makes, and what holds on one machine only.</summary>
internal static partial class CommittedFiles
{
    private static readonly HashSet<string> Text =
    [
        "", ".cs", ".csproj", ".props", ".targets", ".sln", ".config", ".json", ".md", ".yml", ".yaml", ".sh",
        ".editorconfig", ".gitignore", ".gitattributes",
    ];

    /// <summary>Whether people write the file. (Goldens hold vocabularies, in which anything may look like a path.)</summary>
    public static bool IsWritten(string path) =>
        Text.Contains(Path.GetExtension(path)) && !path.StartsWith("tests/Goldens/", StringComparison.Ordinal);

    public static IEnumerable<string> BuildOutputs(IEnumerable<string> paths) => paths
        .Where(p => p.Split('/').Any(s => s is "bin" or "obj"))
        .Select(p => $"{p} is made by the build; git rm --cached it");

    public static IEnumerable<string> MachinePaths(string path, string text) =>
        Found(path, text, MachinePath, "holds on one machine only");

    public static IEnumerable<string> RegistryHosts(string path, string text) =>
        Found(path, text, RegistryHost, "is a package registry; whoever builds chooses it");

    private static IEnumerable<string> Found(string path, string text, Regex pattern, string reason) =>
        from line in text.Split('\n').Index()
        from Match match in pattern.Matches(line.Item)
        select $"{path}:{line.Index + 1} '{match.Value}' {reason}";

    [GeneratedRegex(
        @"(?<![\w.:/~*$})-])/(home|root|Users|work|mnt|tmp)/\w[\w./-]*" +
        @"|\b[A-Z]:\\{1,2}(Users|Temp|Windows|Program Files|src|dev|work)\b")]
    private static partial Regex MachinePath { get; }

    [GeneratedRegex(
        @"https?://[^\s""'<>)]*(/v3/index\.json|/simple/?(?=[\s""'<]|$))" +
        @"|\bapi\.nuget\.org\b|https?://registry\.[\w.-]+|--index-ur[l]\b")]
    private static partial Regex RegistryHost { get; }
}
