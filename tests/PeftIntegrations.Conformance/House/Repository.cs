namespace PeftIntegrations.Conformance;

/// <summary>The checkout that this assembly was built from. All paths are relative to its root and written with forward slashes.</summary>
internal static class Repository
{
    private static readonly HashSet<string> NotOurs = [".git", ".vs", ".idea", "bin", "obj", "TestResults", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } =
        Ancestors(AppContext.BaseDirectory).FirstOrDefault(f => File.Exists(Path.Combine(f, Solution.File)))
        ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds {Solution.File}.");

    public static IReadOnlyList<string> Files { get; } =
    [
        .. Below(new DirectoryInfo(Root))
            .Where(f => !f.StartsWith("adapters/", StringComparison.Ordinal)) // the samples write there, and git ignores it
            .Order(StringComparer.Ordinal),
    ];

    public static IReadOnlyList<Project> Projects { get; } = [.. FilesWith(".csproj").Select(Project.Read)];

    public static IReadOnlyList<SourceFile> Sources { get; } = [.. FilesWith(".cs").Select(SourceFile.Read)];

    /// <summary>The files that git tracks, or null outside a git checkout.</summary>
    public static IReadOnlyList<string>? Committed { get; } = Path.Exists(Path.Combine(Root, ".git"))
        ? Command.TryOutput("git", "-c", "safe.directory=*", "ls-files", "-z")?.Split('\0', StringSplitOptions.RemoveEmptyEntries)
        : null;

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static IEnumerable<SourceFile> SourcesIn(string folder) => Sources.Where(s => IsIn(folder, s.Path));

    public static IEnumerable<Project> ProjectsIn(string folder) => Projects.Where(p => IsIn(folder, p.Path));

    private static bool IsIn(string folder, string path) => path.StartsWith(folder + "/", StringComparison.Ordinal);

    private static IEnumerable<string> FilesWith(string extension) => Files.Where(f => f.EndsWith(extension, StringComparison.Ordinal));

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            yield return at.FullName;
    }

    private static IEnumerable<string> Below(DirectoryInfo folder) => folder.EnumerateFileSystemInfos()
        .Where(e => !NotOurs.Contains(e.Name) && e.LinkTarget is null)
        .SelectMany(e => e is DirectoryInfo inner ? Below(inner) : [Path.GetRelativePath(Root, e.FullName).Replace('\\', '/')]);
}
