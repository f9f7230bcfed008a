namespace PeftIntegrations.Training.Tests;

/// <summary>Multi-label classification and regression: each number of a label is an item.</summary>
public sealed class ObjectivesOfNumbers : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _scores = tensor([0f, 2, -1, 0.5f], [2, 2]);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Leave_out_a_label_that_is_not_known()
    {
        var labels = tensor([1f, -100, 0, 1], [2, 2]);
        var batch = new TrainingBatch(new(labels), labels);

        var sum = new MultiLabel().Sum(new FixedOutput(_scores), batch).item<float>();

        var expected = Math.Log(1 + Math.Exp(0)) + Math.Log(1 + Math.Exp(-1)) + Math.Log(1 + Math.Exp(-0.5));
        Assert.Equal(3, new MultiLabel().Items(batch));
        Assert.Equal(expected, sum, 1e-6);
    }

    [Fact]
    public void Take_any_number_for_one_to_learn()
    {
        var labels = tensor([-100f, 2], [2]);
        var batch = new TrainingBatch(new(labels), labels);

        var sum = new Regression().Sum(new FixedOutput(tensor([-98f, 5], [2, 1])), batch).item<float>();

        Assert.Equal((2, 13), (new Regression().Items(batch), sum));
    }

    [Fact]
    public void Refuse_one_label_for_several_scores()
    {
        var labels = tensor([1L, 0]);

        var refusal = Assert.Throws<ArgumentException>(() => new MultiLabel().Sum(new FixedOutput(_scores), new(new(labels), labels)));

        Assert.Contains("there are 2 scores a label", refusal.Message, StringComparison.Ordinal);
    }
}
