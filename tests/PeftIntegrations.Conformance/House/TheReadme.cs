namespace PeftIntegrations.Conformance;

public sealed class TheReadme
{
    private const int Page = 60;
    private const string Mark = "// <readme>";

    [Fact]
    public void Holds_the_two_commands()
    {
        Assert.True(Repository.Files.Contains("README.md"), "README.md is missing.");

        var commands = Readme.Commands(Repository.Read("README.md"));

        Assert.Equal(["dotnet build -c Release", "dotnet test -c Release"], commands);
    }

    [Fact]
    public void Of_every_library_is_there_and_a_page_long() =>
        Rule.Holds("Each library has a README.md of a page at most", Repository.ProjectsIn("src").SelectMany(PageOf));

    [Fact]
    public void Shows_the_code_of_samples_and_no_other()
    {
        string[] compiled = [.. Repository.SourcesIn("samples").Where(s => s.Lines.Any(l => l.Trim() == Mark)).Select(Readme.Marked)];

        var shown = Readme.Examples(Repository.Read("README.md"));

        Assert.NotEmpty(compiled);
        Assert.Equal(compiled.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Takes_its_code_from_between_the_marks()
    {
        var source = new SourceFile("A.cs", "class A\n{\n    // <readme>\n    a();\n\n        b();\n    // </readme>\n}");

        var code = Readme.Marked(source);

        Assert.Equal("a();\n\n    b();", code);
    }

    [Fact]
    public void Is_read_from_the_marked_block_only()
    {
        var marked = "<!-- commands: .ci/run reads them -->\r\n```bash\r\ndotnet build\r\ndotnet test\r\n```\n";
        var text = $"```\ndotnet no\n```\n{marked}\n```\ndotnet no\n```";

        var commands = Readme.Commands(text);

        Assert.Equal(["dotnet build", "dotnet test"], commands);
    }

    private static IEnumerable<string> PageOf(Project library)
    {
        var path = $"{library.Folder}/README.md";
        if (!Repository.Files.Contains(path)) return [$"{path} is missing; it is the package's page too"];

        var lines = Repository.Read(path).TrimEnd().Split('\n').Length;
        return lines > Page ? [$"{path} has {lines} lines; the limit is {Page}"] : [];
    }
}
