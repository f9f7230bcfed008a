using PeftIntegrations.Core;

namespace PeftIntegrations.Training.Tests;

public sealed class TheEntropyOfAVocabulary
{
    private static readonly ModelShape Shape = new(1, Hidden: 6, Heads: 1, KeyValueHeads: 1, HeadDim: 6, Vocabulary: 9, MaxPositions: 8);

    [Theory]
    [InlineData(5, false, ScalarType.Float64), InlineData(5, false, ScalarType.Float32), InlineData(5, true, ScalarType.BFloat16)]
    [InlineData(600, true, ScalarType.Float64), InlineData(600, true, ScalarType.Float32)] // three rounds of rows
    public void Is_that_of_its_plain_twin(long tokens, bool biased, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var output = Output(randn(9, 6, dtype: type), biased ? randn(9, dtype: type) : null);
        var labels = randint(0, 9, [tokens], dtype: ScalarType.Int64);

        var difference = Twins.Difference(
            x => VocabularyEntropy.Of(x[0], output, labels) / tokens,
            x => CrossEntropy.Sum(Wide(output.Forward(x[0])), labels) / tokens,
            Twins.Leaf(type, tokens, 6));

        Assert.True(difference < Twins.Rounding(type), $"{difference}");
    }

    [Fact]
    public void Is_finite_where_a_label_has_no_chance()
    {
        using var scope = NewDisposeScope();
        var output = Output(eye(9, 6) * 1000, null);

        var sum = VocabularyEntropy.Of(tensor([1f, 0, 0, 0, 0, 0], [1, 6]), output, tensor([1L]));

        Assert.Equal(1000, sum.item<float>(), 1e-3f);
    }

    private static Tensor Wide(Tensor scores) => scores.dtype == ScalarType.BFloat16 ? scores.to(ScalarType.Float32) : scores;

    private static Projection Output(Tensor weight, Tensor? bias) => new(Role.Head, "head", Shape, new DenseWeight(weight), bias);
}
