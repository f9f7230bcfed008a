namespace PeftIntegrations.Testing;

/// <summary>
/// Finds the golden cases, the pretrained models and the data sets: where an environment variable points, else in a folder <c>shared</c>
/// above <paramref name="start"/>, else in the repository: the small copies of cases in <c>tests/Goldens</c>, the models of the samples.
/// Nothing knows the names of the cases.
/// </summary>
public sealed class ReferenceSet(string start, Func<string, string?> environment)
{
    private const string AnyCase = "*case*.json";

    /// <summary>The set of this run.</summary>
    public static ReferenceSet Current { get; } = new(AppContext.BaseDirectory, Environment.GetEnvironmentVariable);

    /// <summary>The folder of the cases, or null if there is none.</summary>
    public string? Root => Chosen("PEFT_REFERENCE") ?? Above("shared/reference") ?? Above("tests/Goldens");

    /// <summary>The folder of the pretrained models, or null.</summary>
    public string? Models => Chosen("PEFT_MODELS") ?? Beside("models") ?? Above("shared/models") ?? Above("samples/models");

    /// <summary>The folder of the data sets, or null.</summary>
    public string? Data => Chosen("PEFT_DATA") ?? Beside("data") ?? Above("shared/data");

    /// <summary>The folder of the Python peers, or null.</summary>
    public string? Peers => Chosen("PEFT_PEERS") ?? Beside("peers") ?? Above("shared/peers");

    /// <summary>The kinds of cases there are: the folders of <see cref="Root"/> that hold any.</summary>
    public IEnumerable<string> Kinds =>
        from folder in Root is { } root ? Directory.GetDirectories(root) : []
        let kind = Path.GetFileName(folder)
        where Folders(kind).Count > 0
        orderby kind
        select kind;

    /// <summary>
    /// The folders below <c>Root/kind</c>, at any depth, with a file that fits <paramref name="holding"/>. By default that finds all cases;
    /// <c>adapter_config.json</c> finds those of <c>adapters</c> without the base models that lie beside them.
    /// </summary>
    public IReadOnlyList<string> Folders(string kind, string holding = AnyCase) =>
        [.. Files(kind, holding).Select(f => Path.GetDirectoryName(f)!).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The files below <c>Root/kind</c>, at any depth, that fit <paramref name="pattern"/>.</summary>
    public IReadOnlyList<string> Files(string kind, string pattern) =>
        Root is { } root && Existing(Path.Combine(root, kind)) is { } folder
            ? [.. Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>The rows of a theory, one for each of <see cref="Folders"/>; without any, one row that is skipped and says why.</summary>
    public IEnumerable<TheoryDataRow<string>> Cases(string kind, string holding = AnyCase) => Rows(kind, Folders(kind, holding));

    /// <summary>The rows of a theory, one for each of some files or folders; without any, one row that is skipped and says why.</summary>
    public IEnumerable<TheoryDataRow<string>> Rows(string kind, IEnumerable<string> paths)
    {
        TheoryDataRow<string>[] rows = [.. paths.Select(path => new TheoryDataRow<string>(path) { Label = NameOf(path) })];
        return rows.Length > 0 ? rows : [new TheoryDataRow<string>("") { Skip = Absent($"'{kind}' cases", Root, "PEFT_REFERENCE") }];
    }

    /// <summary>What a case is called in reports: its path below <see cref="Root"/>.</summary>
    public string NameOf(string path) => Root is null ? path : Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>The pretrained model <paramref name="name"/>; the running test is skipped where it is absent.</summary>
    public string RequireModel(string name) => Required(Models, name, "PEFT_MODELS");

    /// <summary>The data set <paramref name="name"/>; the running test is skipped where it is absent.</summary>
    public string RequireDataset(string name) => Required(Data, name, "PEFT_DATA");

    /// <summary>The command that runs Python with the real peft; the running test is skipped where it is absent.</summary>
    public string RequirePeers()
    {
        var command = Peers is null ? null : Path.Combine(Peers, "run");
        Assert.SkipUnless(File.Exists(command), Absent("'run' of the Python peers", Peers, "PEFT_PEERS"));
        return command!;
    }

    private static string Required(string? folder, string name, string variable)
    {
        var found = folder is null ? null : Existing(Path.Combine(folder, name));
        Assert.SkipWhen(found is null, Absent($"'{name}'", folder, variable));
        return found!;
    }

    private static string Absent(string what, string? folder, string variable) =>
        $"{(folder is null ? "No shared folder has" : $"{folder} has no")} {what}; {variable} can point to a folder that does.";

    private static string? Existing(string folder) => Directory.Exists(folder) ? Path.GetFullPath(folder) : null;

    private string? Chosen(string variable) => environment(variable) is { Length: > 0 } chosen
        ? Existing(chosen) ?? throw new DirectoryNotFoundException($"{variable} is '{chosen}', which is no folder. Correct or unset it.")
        : null;

    private string? Above(string folder)
    {
        for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
            if (Existing(Path.Combine(at.FullName, folder)) is { } found) return found;
        return null;
    }

    private string? Beside(string folder) => Root is null ? null : Existing(Path.Combine(Root, "..", folder));
}
