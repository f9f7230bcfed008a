using PeftIntegrations.Core;

namespace PeftIntegrations.Training.Tests;

[Collection(RandomNumbers.Name)]
public sealed class AStepOfSeveralBatches
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Changes_nothing_where_it_is_cancelled_between_two_of_them(bool recomputed)
    {
        using var model = new TinyModel().Create();
        using var adapter = new Adapter(model, new Lora { Rank = 4 });
        adapter.Attach();
        using var stop = new CancellationTokenSource();
        var again = recomputed ? GradientCheckpointing.EveryLayer : GradientCheckpointing.None;
        using var stepper = new Stepper(adapter, new Stopping(stop), new() { GradientCheckpointing = again }, steps: 3);
        using var other = new Stepper(adapter, new CausalLanguageModel(), new(), steps: 3);
        using var scope = NewDisposeScope();
        var rows = TinyRun.Rows(3, seed: 5);
        TrainingBatch[] batches = [rows.Batch([0], CPU), rows.Batch([1], CPU), rows.Batch([2], CPU)];
        var before = adapter.Tensors.ToDictionary(pair => pair.Key, pair => pair.Value.clone());

        Assert.Throws<OperationCanceledException>(() => stepper.Step(batches, stop.Token));

        Assert.All(before, pair => Assert.Equal(0, Difference.Max(pair.Value, adapter.Tensors[pair.Key])));
        Assert.Equal(0, stepper.Done);
        Assert.True(adapter.Trainable.Any(tensor => tensor.grad is not null), "no batch was read before");
        var loss = stepper.Step(batches, TestContext.Current.CancellationToken).Loss;
        foreach (var (name, tensor) in before) Restore(adapter.Tensors[name], tensor);
        Assert.Equal(other.Step(batches, TestContext.Current.CancellationToken).Loss, loss, 1e-6);
    }

    private static void Restore(Tensor tensor, Tensor from)
    {
        using var _ = no_grad();
        tensor.copy_(from);
    }

    /// <summary>Is stopped while it reads the first batch.</summary>
    private sealed record Stopping(CancellationTokenSource Stop) : Objective
    {
        private readonly CausalLanguageModel _plain = new();

        public override long Items(TrainingBatch batch) => _plain.Items(batch);

        public override Tensor Sum(PretrainedModel model, TrainingBatch batch)
        {
            Stop.Cancel();
            return _plain.Sum(model, batch);
        }
    }
}
