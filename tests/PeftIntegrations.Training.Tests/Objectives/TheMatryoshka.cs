namespace PeftIntegrations.Training.Tests;

public sealed class TheMatryoshka : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _texts = (arange(2 * 3 * 32, dtype: ScalarType.Float64) * 1.9).sin().reshape(2, 3, 32);
    private readonly Tensor _labels = tensor([1.0, 0.2, 0.6]);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Halves_the_vectors_down_to_eight_unless_told()
    {
        var unasked = new Matryoshka { Inner = new CosineSimilarity() }.Sum(_texts, _labels);
        var asked = new Matryoshka { Inner = new CosineSimilarity(), Dimensions = [32, 16, 8] }.Sum(_texts, _labels);

        Assert.Equal(asked.item<double>(), unasked.item<double>());
    }

    [Fact]
    public void Weighs_each_length()
    {
        var inner = new CoSent();

        var sum = new Matryoshka { Inner = inner, Dimensions = [32, 4], Weights = [1, 0.5] }.Sum(_texts, _labels);

        Assert.True(Difference.Max(inner.Sum(_texts, _labels) + 0.5 * inner.Sum(_texts.narrow(2, 0, 4), _labels), sum) < 1e-12);
    }

    [Fact]
    public void Counts_items_and_texts_as_the_decorated_does()
    {
        var batch = new TrainingBatch(new(_labels), _labels);

        Assert.Equal(1, new Matryoshka { Inner = new CoSent() }.Items(batch));
        Assert.Equal(3, new Matryoshka().Items(batch));
        Assert.Equal(["anchor", "positive", "negative"], new Matryoshka { Inner = new Triplet() }.Texts);
    }

    [Fact]
    public void Refuses_lengths_that_the_vectors_do_not_have()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new Matryoshka { Dimensions = [64, 48, 8] }.Sum(_texts, _labels));

        Assert.Contains("64, 48", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("32 numbers", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Matryoshka { Weights = [1] }.Sum(_texts, _labels));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Matryoshka { Dimensions = [8, 0] });
    }

    [Fact]
    public void Is_nothing_to_order_where_all_labels_are_alike() =>
        Assert.Equal(0, new Matryoshka { Inner = new CoSent() }.Sum(_texts, ones(3)).item<double>(), 1e-12);
}
