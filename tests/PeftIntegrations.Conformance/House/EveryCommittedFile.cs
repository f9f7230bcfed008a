namespace PeftIntegrations.Conformance;

public sealed class EveryCommittedFile
{
    private const string NoGit = "This is no git checkout, so nobody knows what is committed.";

    [Fact]
    public void Is_made_by_people()
    {
        Assert.SkipWhen(Repository.Committed is null, NoGit);

        Rule.Holds("What the build makes is not committed", CommittedFiles.BuildOutputs(Repository.Committed!));
    }

    [Fact]
    public void Means_the_same_on_every_machine() =>
        Rule.Holds("A path is relative to the repository", Written(CommittedFiles.MachinePaths));

    [Fact]
    public void Names_no_package_registry() =>
        Rule.Holds("Whoever builds chooses the registry", Written(CommittedFiles.RegistryHosts));

    [Theory]
    [InlineData("src/A/bin/Release/A.dll", 1)]
    [InlineData("obj/project.assets.json", 1)]
    [InlineData("src/A/Binary/obj.cs", 0)]
    public void Is_seen_when_the_build_made_it(string path, int offenders)
    {
        var found = CommittedFiles.BuildOutputs([path]);

        Assert.Equal(offenders, found.Count());
    }

    [Theory]
    [InlineData("cd @home/ann/peft", 1)]
    [InlineData("var f = \"@tmp/x.json\";", 1)]
    [InlineData(@"C:@Users\ann", 1)]
    [InlineData("see https://example.org@home/x and ..@work/y, $HOME@tmp/z", 0)]
    public void Is_seen_when_it_names_a_place_on_one_machine(string line, int offenders)
    {
        // The sample is put together here, or this file would offend itself.
        var text = line.Replace("C:@", @"C:\", StringComparison.Ordinal).Replace('@', '/');

        var found = CommittedFiles.MachinePaths("README.md", text);

        Assert.Equal(offenders, found.Count());
    }

    [Theory]
    [InlineData("<add key=\"feed\" value=\"https://feed.example@v3/index.json\" />", 1)]
    [InlineData("https://api@.nuget.org/x", 1)]
    [InlineData("pip install --index@-url x", 1)]
    [InlineData("https://www.nuget.org/packages/TorchSharp", 0)]
    public void Is_seen_when_it_names_a_registry(string line, int offenders)
    {
        var text = line.Replace("@v3", "/v3", StringComparison.Ordinal).Replace("@", "", StringComparison.Ordinal);

        var found = CommittedFiles.RegistryHosts("nuget.config", text);

        Assert.Equal(offenders, found.Count());
    }

    // Those not yet committed count too: a finding should come before the commit.
    private static IEnumerable<string> Written(Func<string, string, IEnumerable<string>> check) => Repository.Files
        .Where(CommittedFiles.IsWritten)
        .SelectMany(f => check(f, Repository.Read(f)));
}
