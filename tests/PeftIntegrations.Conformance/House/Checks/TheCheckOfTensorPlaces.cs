namespace PeftIntegrations.Conformance;

public sealed class TheCheckOfTensorPlaces
{
    [Theory]
    [InlineData("zeros(2, device: x.device)", 0)]
    [InlineData("tensor(ids, [1, 2], device: CPU)", 0)]
    [InlineData("zeros_like(x)", 0)]
    [InlineData("x.full(2)", 0)]
    [InlineData("own.Embedding(2)", 0)]
    [InlineData("Mine(zeros(2))", 1)]
    [InlineData("torch.arange(2)", 1)]
    [InlineData("zeros(2).to(device)", 1)]
    [InlineData("nn.Linear(2, 2)", 1)]
    [InlineData("ones(rand(2).shape)", 2)]
    public void Sees_what_names_no_device(string expression, int offenders)
    {
        var file = new SourceFile("src/A.cs", $"class A {{ object M() => {expression}; object Mine(object o) => o; }}");

        Assert.Equal(offenders, TensorPlaces.Unnamed(file).Count());
    }

    [Fact]
    public void Knows_functions_of_the_type_itself() => Assert.Empty(TensorPlaces.Unnamed(
        new("src/A.cs", "class A { int full(int n) => n; class B { int M() => full(1); } }")));
}
