namespace PeftIntegrations.Conformance;

public sealed class TheNameCheck
{
    [Theory]
    [InlineData("class TensorUtils;", 1)]
    [InlineData("class A { enum PatchInfo; }", 1)]
    [InlineData("delegate void LoadData();", 1)]
    [InlineData("interface IManager; record struct RowHelper;", 2)]
    [InlineData("class Database; class Information; class Implied;", 0)]
    [InlineData("static class Sums { extension(int x) { int Twice() => 2 * x; } }", 0)]
    public void Sees_a_suffix_that_says_nothing(string text, int offenders)
    {
        var found = TypeNames.ForbiddenSuffixes(new("src/A.cs", text));

        Assert.Equal(offenders, found.Count());
    }

    [Theory]
    [InlineData("src/A.cs", "namespace N; public class A { public class B; } internal class C;", 0)]
    [InlineData("src/A.cs", "public class A; public class A<T>;", 0)]
    [InlineData("src/A.Save.cs", "public partial class A;", 0)]
    [InlineData("src/A.cs", "public class A; public delegate void B();", 1)]
    [InlineData("src/A.cs", "public class B; class A;", 1)]
    [InlineData("src/A.cs", "class B; class C;", 1)]
    [InlineData("src/A.cs", "class B; class A;", 0)]
    [InlineData("src/Usings.cs", "global using System;", 0)]
    [InlineData("samples/Program.cs", "M(); record Shape(int Rows);", 0)]
    public void Sees_a_type_in_the_wrong_file(string path, string text, int offenders)
    {
        var found = TypeNames.Misfiled(new(path, text));

        Assert.Equal(offenders, found.Count());
    }

    [Fact]
    public void Sees_a_region()
    {
        var file = new SourceFile("src/A.cs", "class A\n{\n    #region Fields\n    #endregion\n}\n");

        var found = TypeNames.Regions(file);

        Assert.StartsWith("src/A.cs:3 ", Assert.Single(found));
    }
}
