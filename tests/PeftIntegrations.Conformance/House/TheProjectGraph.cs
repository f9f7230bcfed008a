namespace PeftIntegrations.Conformance;

public sealed class TheProjectGraph
{
    [Fact]
    public void Has_only_the_edges_of_the_picture() => Rule.Holds(
        "A library references what the architecture's picture allows",
        Repository.ProjectsIn("src").SelectMany(ProjectGraph.EdgesOutsideThePicture));

    [Fact]
    public void Is_whole_in_the_solution() => Rule.Holds(
        "The solution holds every project",
        Solution.Disagreements(Repository.Read(Solution.File), Repository.Projects.Select(p => p.Path)));

    [Theory]
    [InlineData("Core", "Core", 0)]
    [InlineData("Core", "Methods", 1)]
    [InlineData("Methods", "Models", 1)]
    [InlineData("Training", "Data", 0)]
    [InlineData("SemanticKernel", "Inference", 1)]
    [InlineData("Unheard", "Core", 1)]
    public void Sees_an_edge_that_is_not_drawn(string from, string to, int offenders)
    {
        var references = from == to ? "" : $"""<ProjectReference Include="..\PeftIntegrations.{to}\PeftIntegrations.{to}.csproj" />""";
        var project = Project.Parse($"src/PeftIntegrations.{from}.csproj", $"<Project><ItemGroup>{references}</ItemGroup></Project>");

        var found = ProjectGraph.EdgesOutsideThePicture(project);

        Assert.Equal(offenders, found.Count());
    }

    [Fact]
    public void Sees_a_project_that_the_solution_lacks_or_imagines()
    {
        var solution = """Project("{0}") = "A", "src\A\A.csproj", "{1}" """;

        var found = Solution.Disagreements(solution, ["src/B/B.csproj"]);

        Assert.Equal(
            [
                "src/B/B.csproj is not in the solution; dotnet sln add src/B/B.csproj",
                "src/A/A.csproj is in the solution, but does not exist; dotnet sln remove src/A/A.csproj",
            ],
            found);
    }
}
