namespace PeftIntegrations.Conformance;

public sealed class TheSizeCheck
{
    [Theory]
    [InlineData("src/PeftIntegrations.Methods/LowRank/Lora.cs", 120)]
    [InlineData("src/PeftIntegrations.Models/Decoders/Llama.cs", 250)]
    [InlineData("src/PeftIntegrations.Models/Blocks/Attention.cs", 400)]
    [InlineData("samples/Quickstart/Program.cs", 80)]
    [InlineData("tests/PeftIntegrations.Core.Tests/EveryPatch.cs", 500)]
    public void Sees_a_file_of_one_line_too_many(string path, int cap)
    {
        var fits = new SourceFile(path, string.Concat(Enumerable.Repeat("//\n", cap)));
        var tooLong = new SourceFile(path, fits.Text + "//\n");

        var found = SourceSizes.LongFiles(tooLong);

        Assert.Empty(SourceSizes.LongFiles(fits));
        Assert.StartsWith($"{path} has {cap + 1} lines", Assert.Single(found), StringComparison.Ordinal);
    }

    [Fact]
    public void Sees_a_line_of_one_column_too_many()
    {
        var file = new SourceFile("src/A.cs", $"//{new string('x', 138)}\n//{new string('x', 139)}\n");

        var found = SourceSizes.WideLines(file);

        Assert.Equal(["src/A.cs:2 has 141 columns; the limit is 140"], found);
    }

    [Theory]
    [InlineData("void M()\n{\n*\n}")]
    [InlineData("public A()\n{\n*\n}")]
    [InlineData("int P\n{\nget\n{\n*\n}\n}")]
    public void Sees_a_body_of_one_line_too_many(string member)
    {
        var fits = Filled(40);
        var tooLong = Filled(41);

        var found = SourceSizes.LongBodies(tooLong);

        Assert.Empty(SourceSizes.LongBodies(fits));
        Assert.Single(found);

        SourceFile Filled(int lines)
        {
            var body = string.Join('\n', Enumerable.Repeat("N();", lines));
            return new("src/A.cs", $"class A\n{{\n{string.Join(body, member.Split('*'))}\n}}");
        }
    }

    [Theory]
    [InlineData("class A { void M(int a, int b, int c, int d, int e) {} }", 0)]
    [InlineData("class A { void M(int a, int b, int c, int d, int e, int f) {} }", 1)]
    [InlineData("class A(int a, int b, int c, int d, int e, int f);", 1)]
    [InlineData("delegate void D(int a, int b, int c, int d, int e, int f);", 1)]
    [InlineData("record A(int a, int b, int c, int d, int e, int f);", 0)]
    [InlineData("class A { override void M(int a, int b, int c, int d, int e, int f) {} }", 0)]
    [InlineData("class A { void I.M(int a, int b, int c, int d, int e, int f) {} }", 0)]
    [InlineData("class A { [LibraryImport(\"x\")] static partial void M(int a, int b, int c, int d, int e, int f); }", 0)]
    public void Sees_a_parameter_list_that_should_be_a_record(string text, int offenders)
    {
        var found = SourceSizes.LongParameterLists(new("src/A.cs", text));

        Assert.Equal(offenders, found.Count());
    }

    [Theory]
    [InlineData(50, 80, 0)]
    [InlineData(50, 70, 6)]
    [InlineData(90, 200, 2)]
    [InlineData(90, 300, 0)]
    public void Sees_that_too_many_files_are_long(int percent, int limit, int offenders)
    {
        int[] lines = [10, 20, 30, 40, 71, 72, 90, 100, 250, 301];
        var files = lines.Select(n => new SourceFile($"src/{n}.cs", string.Concat(Enumerable.Repeat("//\n", n))));

        var found = SourceSizes.TooOftenLong([.. files], percent, limit);

        Assert.Equal(offenders, found.Count());
    }
}
