using PeftIntegrations.Core;

namespace PeftIntegrations.Training.Tests;

/// <summary>Language models, whose head sees only the places that have a label.</summary>
public sealed class ObjectivesOfTokens : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TokenBatch _tokens = new(tensor([5L, 9, 3, 7, 1, 2, 8, 4], [2, 4]));
    private readonly Tensor _labels = tensor([-100L, 9, -100, 6, 1, -100, 8, -100], [2, 4]);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Judge_a_hidden_token_at_its_own_place()
    {
        using var model = new FixedOutput(arange(80).to(ScalarType.Float32).sin().reshape(2, 4, 10));
        var batch = new TrainingBatch(_tokens, _labels);

        var sum = new MaskedLanguageModel().Sum(model, batch);

        var scores = model.Forward(_tokens).reshape(8, -1);
        var all = nn.functional.cross_entropy(scores, _labels.reshape(-1), ignore_index: -100, reduction: nn.Reduction.Sum);
        Assert.Equal(4, new MaskedLanguageModel().Items(batch));
        Assert.True(Difference.Relative(all, sum) < 1e-5);
    }

    [Fact]
    public void Judge_the_next_token_at_the_place_before_it()
    {
        using var model = new TinyModel().Create();
        var batch = new TrainingBatch(_tokens, _labels);
        var objective = new CausalLanguageModel { LabelSmoothing = 0.1, ZLoss = 0.5 };

        var sum = objective.Sum(model, batch);

        var before = cat([model.Forward(_tokens)[0, 0], model.Forward(_tokens)[0, 2], model.Forward(_tokens)[1, 1]]).reshape(3, -1);
        var entropy = nn.functional.cross_entropy(before, tensor([9L, 6, 8]), reduction: nn.Reduction.Sum, label_smoothing: 0.1);
        Assert.Equal(3, objective.Items(batch));
        Assert.True(Difference.Relative(entropy + 0.5 * before.logsumexp(1).square().sum(), sum) < 1e-5);
    }

    [Fact]
    public void Add_nothing_for_a_batch_without_a_label()
    {
        using var model = new TinyModel().Create();
        var batch = new TrainingBatch(_tokens, full_like(_labels, TrainingBatch.Ignored));

        var sum = new CausalLanguageModel { ZLoss = 1 }.Sum(model, batch);

        Assert.Equal((0, 0), (sum.item<float>(), new CausalLanguageModel().Items(batch)));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(-0.1, 0)]
    [InlineData(0, -1)]
    [InlineData(0, double.NaN)]
    public void Refuse_options_out_of_range(double smoothing, double zLoss) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CausalLanguageModel { LabelSmoothing = smoothing, ZLoss = zLoss });
}
