namespace PeftIntegrations.Conformance;

public sealed class TheSummaryCheck
{
    [Theory]
    [InlineData("/// <summary>An A.</summary>\npublic class A;", 0)]
    [InlineData("/// <inheritdoc/>\npublic class A;", 0)]
    [InlineData("/// <summary>An A.</summary>\npublic partial class A; public partial class A;", 0)]
    [InlineData("class A { public class B; }", 0)]
    [InlineData("public class A;", 1)]
    [InlineData("/// <summary>\n/// </summary>\npublic class A;", 1)]
    [InlineData("/// <remarks>An A.</remarks>\n[Obsolete] public enum A;", 1)]
    [InlineData("/// <summary>An A.</summary>\npublic class A { public delegate void B(); }", 1)]
    public void Sees_a_public_type_without_one(string text, int offenders)
    {
        var found = Summaries.Missing([new("src/A.cs", text)]);

        Assert.Equal(offenders, found.Count());
    }

    [Theory]
    [InlineData("LoRA (Hu et al. 2021, arXiv:2106.09685).", ": PeftMethod", 0)]
    [InlineData("SSF, https://doi.org/10.48550/arXiv.2210.08823.", ": LowRankMethod<int>, IStepAware", 0)]
    [InlineData("LoRA.", ": PeftMethod", 1)]
    [InlineData("LoRA.", ": LowRankMethod<int>", 1)]
    [InlineData("LoRA.", ": Core.PeftMethod(8)", 1)]
    [InlineData("Llama.", ": Model", 0)]
    public void Sees_a_method_without_its_paper(string summary, string bases, int offenders)
    {
        var family = new SourceFile("src/LowRankMethod.cs", "public abstract record LowRankMethod<T> : PeftMethod;");
        var method = new SourceFile("src/A.cs", $"/// <summary>{summary}</summary>\n[RegisteredAs(\"A\")]\npublic record A {bases};");

        var found = Summaries.WithoutPaper([family, method], "PeftMethod");

        Assert.Equal(offenders, found.Count());
    }
}
