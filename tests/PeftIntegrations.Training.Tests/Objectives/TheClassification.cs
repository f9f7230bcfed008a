namespace PeftIntegrations.Training.Tests;

public sealed class TheClassification : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _scores = (arange(18).to(ScalarType.Float32) * 1.7).sin().reshape(6, 3);
    private readonly Tensor _labels = tensor([0L, 2, -100, 1, 2, 2]);

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    public void Weighs_classes_as_torchs_mean_does(double smoothing)
    {
        var objective = new Classification { ClassWeights = [1, 0.5, 4], LabelSmoothing = smoothing };
        var batch = new TrainingBatch(new(_labels), _labels);

        var mean = objective.Sum(new FixedOutput(_scores), batch) / objective.Items(batch);

        var weights = tensor([1f, 0.5f, 4f]);
        var expected = nn.functional.cross_entropy(_scores, _labels, weights, ignore_index: -100, label_smoothing: smoothing);
        Assert.Equal(5, objective.Items(batch));
        Assert.True(Difference.Max(expected, mean) < 1e-6);
    }

    [Theory]
    [InlineData(TrainingBatch.Ignored)]
    [InlineData(1)]
    public void Adds_nothing_for_a_batch_whose_labels_weigh_nothing(long label)
    {
        var objective = new Classification { ClassWeights = [1, 0, 4], LabelSmoothing = 0.1 };
        var none = full_like(_labels, label);
        var scores = _scores.clone().requires_grad_(true);

        var sum = objective.Sum(new FixedOutput(scores), new(new(none), none));
        sum.backward();

        Assert.Equal((0, 0), (sum.item<float>(), scores.grad!.abs().sum().item<float>()));
    }

    [Fact]
    public void Is_of_each_token_where_the_head_is()
    {
        var (scores, labels) = (_scores.reshape(2, 3, 3), _labels.reshape(2, 3));

        var ofTokens = new Classification().Sum(new FixedOutput(scores), new(new(labels), labels));
        var ofTexts = new Classification().Sum(new FixedOutput(_scores), new(new(_labels), _labels));

        Assert.Equal(ofTexts.item<float>(), ofTokens.item<float>());
    }

    [Fact]
    public void Refuses_weights_of_other_classes()
    {
        var objective = new Classification { ClassWeights = [1, 2] };

        var refusal = Assert.Throws<ArgumentException>(() => objective.Sum(new FixedOutput(_scores), new(new(_labels), _labels)));

        Assert.Contains("2 class weights for 3 classes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_weight_that_is_negative_or_no_number()
    {
        var refusal = Assert.ThrowsAny<ArgumentException>(() => new Classification { ClassWeights = [1, -1] });

        Assert.Contains("ClassWeights[1]", refusal.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => new Classification { ClassWeights = [double.NaN] });
    }

    [Fact]
    public void Refuses_labels_that_do_not_fit_the_head()
    {
        var labels = _labels.reshape(2, 3);

        var refusal = Assert.Throws<ArgumentException>(() => new Classification().Sum(new FixedOutput(_scores), new(new(labels), labels)));

        Assert.Contains("labels [2, 3] for scores [6, 3]", refusal.Message, StringComparison.Ordinal);
    }
}
