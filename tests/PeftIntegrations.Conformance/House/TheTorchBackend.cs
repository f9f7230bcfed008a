using System.Text.Json.Nodes;

namespace PeftIntegrations.Conformance;

public sealed class TheTorchBackend
{
    private const string Program = "samples/Quickstart/Quickstart.csproj";

    private static readonly string Cuda = OperatingSystem.IsWindows() ? "TorchSharp-cuda-windows" : "TorchSharp-cuda-linux";

    public static TheoryData<string> Libraries => [.. Repository.ProjectsIn("src").Select(p => p.Path)];

    [Theory]
    [InlineData("cpu")]
    [InlineData("cuda")]
    [InlineData("none")]
    public void Of_a_program_is_the_one_it_asks_for(string backend)
    {
        string[] expected = backend switch
        {
            "cpu" => ["TorchSharp", "TorchSharp-cpu"],
            "cuda" => ["TorchSharp", Cuda],
            _ => ["TorchSharp"],
        };

        var packages = Packages(Program, backend).Where(p => p.StartsWith("TorchSharp", StringComparison.Ordinal));

        Assert.Equal(expected, packages.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Of_a_library_is_none(string project) =>
        Rule.Holds("The application picks libtorch", ProjectGraph.NativeTorch(project, Packages(project, "cuda")));

    [Fact]
    public void Of_text_is_not_even_managed()
    {
        var data = "src/PeftIntegrations.Data/PeftIntegrations.Data.csproj";

        Rule.Holds("Text is handled without TorchSharp", ProjectGraph.AnyTorch(data, Packages(data, "cpu")));
    }

    [Fact]
    public void Is_seen_where_a_library_picks_one()
    {
        string[] packages = ["TorchSharp", "TorchSharp-cpu", "libtorch-cpu-linux-x64"];

        var found = ProjectGraph.NativeTorch("src/A/A.csproj", packages);

        Assert.Equal(2, found.Count());
    }

    private static IEnumerable<string> Packages(string project, string backend)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var json = Command.Output(dotnet, "msbuild", project, "-getItem:PackageReference", $"-p:PeftTorchBackend={backend}");
        return JsonNode.Parse(json)!["Items"]!["PackageReference"]!.AsArray().Select(p => (string)p!["Identity"]!);
    }
}
