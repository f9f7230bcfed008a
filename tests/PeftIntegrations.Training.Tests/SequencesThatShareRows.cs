
namespace PeftIntegrations.Training.Tests;

[Collection(RandomNumbers.Name)]
public sealed class SequencesThatShareRows
{
    private static readonly Packing Short = new() { Length = 20 };
    private static readonly TrainingOptions Packed = new() { Packing = Short, BatchSize = 2, MaxSteps = 2 };

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(200)]
    public void Are_all_trained_once_an_epoch(int count)
    {
        var data = TinyRun.Rows(count, seed: 3);
        var rows = PackedRows.Of(data, Packed, maxPositions: 64);
        var plan = new BatchPlan(rows.Count, 2, 1);

        var trained = plan.Batches(0).Select(batch => rows.Batch(batch, CPU)).SelectMany(RealIds);

        Assert.Equal(data.Sequences.SelectMany(sequence => sequence.Ids).Order(), trained.Order());
        Assert.InRange(rows.Count, 1, Math.Max(1, count / 2));
    }

    [Fact]
    public void Learn_as_in_a_row_each()
    {
        var all = new TrainingOptions { BatchSize = 11, MaxSteps = 3, LearningRate = 0.05 };
        using var apart = new TinyRun(new Lora { Rank = 4 }, all, TinyRun.Rows(11, 5), validation: null);
        using var together = new TinyRun(new Lora { Rank = 4 }, all with { Packing = Short }, TinyRun.Rows(11, 5), validation: null);

        var (losses, packed) = (apart.Do().Run.Result, together.Do().Run.Result);

        Assert.All(losses.Steps.Zip(packed.Steps), step => Assert.InRange(step.Second.Loss - step.First.Loss, -1e-6, 1e-6));
    }

    [Fact]
    public void Are_refused_where_texts_are_judged_whole()
    {
        ITrainingRows texts = new ClassRows([new([1, 2, 3])], [0]);

        var e = Assert.Throws<ArgumentException>(() => PackedRows.Of(texts, Packed, maxPositions: 64));

        Assert.Contains("Packing is set, and ClassRows are not learnt token by token", e.Message, StringComparison.Ordinal);
        Assert.Contains("GroupByLength saves padding there", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_a_row_as_long_as_an_example_may_be_unless_told_otherwise()
    {
        var rows = PackedRows.Of(TinyRun.Rows(60, 3), Packed with { Packing = new(), MaxLength = 32 }, maxPositions: 64);

        Assert.InRange(Enumerable.Range(0, rows.Count).Max(rows.TokensOf), 28, 32);
    }

    private static IEnumerable<int> RealIds(TrainingBatch batch)
    {
        var real = batch.Tokens.Mask is { } mask ? batch.Tokens.Ids.masked_select(mask) : batch.Tokens.Ids.flatten();
        return real.data<long>().Select(id => (int)id);
    }
}
