namespace PeftIntegrations.Testing;

/// <summary>
/// What the Python peers computed: the folder PEFT_REFERENCE, else shared/reference beside or above the checkout,
/// else the few small cases in the test project's own Goldens folder.
/// </summary>
public static class ReferenceSet
{
    /// <summary>The folder that holds the cases.</summary>
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("PEFT_REFERENCE") is { Length: > 0 } set ? set
        : Above("shared/reference") ?? Above("Goldens")
        ?? throw new DirectoryNotFoundException("Neither PEFT_REFERENCE nor shared/reference nor Goldens is there.");

    /// <summary>The path of one case or file.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>
    /// The files named <paramref name="pattern"/> anywhere below <paramref name="folder"/>, as paths from the root, sorted.
    /// </summary>
    public static IEnumerable<string> Files(string folder, string pattern) => Directory.Exists(PathOf(folder))
        ? Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal)
        : [];

    /// <summary>The folder <paramref name="path"/> in the nearest folder above the test program that has it; null if none has.</summary>
    public static string? Above(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, path))) return Path.Combine(folder.FullName, path);
        }

        return null;
    }
}
