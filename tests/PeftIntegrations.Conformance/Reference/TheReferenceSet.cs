namespace PeftIntegrations.Conformance;

public sealed class TheReferenceSet : IDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("peft-");

    private string Start => Folder("checkout/tests/bin");

    public void Dispose() => _place.Delete(recursive: true);

    [Fact]
    public void Is_where_the_environment_points()
    {
        var chosen = Folder("elsewhere/reference");
        Folder("shared/reference");

        var set = new ReferenceSet(Start, v => v == "PEFT_REFERENCE" ? chosen : null);

        Assert.Equal(chosen, set.Root);
    }

    [Fact]
    public void Is_refused_where_the_environment_points_to_nothing()
    {
        var set = new ReferenceSet(Start, _ => Path.Combine(_place.FullName, "nowhere"));

        var refusal = Assert.Throws<DirectoryNotFoundException>(() => set.Root);

        Assert.Contains("PEFT_REFERENCE", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_found_above_the_tests_before_the_copies_in_the_repository()
    {
        var copies = Folder("checkout/tests/Goldens");
        var set = new ReferenceSet(Start, _ => null);
        var before = set.Root;

        var shared = Folder("shared/reference");

        Assert.Equal((copies, shared), (before, set.Root));
    }

    [Fact]
    public void Has_models_and_data_beside_it_or_in_the_shared_folder()
    {
        var reference = Folder("set/reference");
        var models = Folder("set/models");
        Folder("shared/models");
        var data = Folder("shared/data");

        var set = new ReferenceSet(Start, v => v == "PEFT_REFERENCE" ? reference : null);

        Assert.Equal((models, data), (set.Models, set.Data));
    }

    [Fact]
    public void Lists_its_cases_without_knowing_their_names()
    {
        File.WriteAllText(Path.Combine(Folder("shared/reference/adapters/llama/lora"), "case.json"), "{}");
        File.WriteAllText(Path.Combine(Folder("shared/reference/adapters/bert/base"), "cases.json"), "{}");
        Folder("shared/reference/adapters/inputs");

        var set = new ReferenceSet(Start, _ => null);

        Assert.Equal(["adapters/bert/base", "adapters/llama/lora"], set.Folders("adapters").Select(set.NameOf));
        Assert.Equal(["adapters/bert/base", "adapters/llama/lora"], set.Cases("adapters").Select(c => c.Label));
    }

    [Fact]
    public void Skips_with_the_reason_where_it_is_absent()
    {
        var set = new ReferenceSet(Start, _ => null);

        var row = Assert.Single(set.Cases("sampling"));

        Assert.Contains("'sampling'", row.Skip, StringComparison.Ordinal);
    }

    private string Folder(string path) => _place.CreateSubdirectory(path).FullName;
}
