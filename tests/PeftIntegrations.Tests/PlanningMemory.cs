using PeftIntegrations.Core;

namespace PeftIntegrations.Tests;

public sealed class PlanningMemory : TinyModelTests
{
    private static readonly TrainingOptions Wide = new() { BatchSize = 8, MaxLength = 64 };

    [Fact]
    public async Task Leaves_options_alone_that_fit()
    {
        var plan = await Model.PlanAsync(Small, Wide, cancellationToken: Cancellation);
        var fits = await Model.PlanAsync(Small, Wide, plan.PeakBytes + (64 << 20), Cancellation);

        Assert.Equal(Wide, plan.Options);
        Assert.Equal(Wide, fits.Options);
        Assert.Equal(plan.PeakBytes, plan.Parts.Sum(part => part.Bytes));
        Assert.Empty(await Model.AdapterNamesAsync(Cancellation));
    }

    [Fact]
    public void Takes_smaller_batches_first_and_then_runs_layers_again()
    {
        using var model = new Testing.TinyModel { Changes = { ["num_hidden_layers"] = 6, ["max_position_embeddings"] = 4096 } }.Create();
        using var adapter = new Adapter(model, Small with { Targets = Targets.AllLinear });
        var options = new TrainingOptions { BatchSize = 64, MaxLength = 4096 };
        var (least, plans) = (long.MaxValue, new List<TrainingPlan>());

        for (var plan = TrainingPlan.For(adapter, options); ; plan = TrainingPlan.For(adapter, options, least - (8 << 20)))
        {
            (least, plans) = (plan.PeakBytes, [.. plans, plan]);
            if (plan.Options.GradientCheckpointing != GradientCheckpointing.None || plans.Count > 20) break;
        }

        Assert.All(plans, plan => Assert.Equal(64, plan.Options.BatchSize * plan.Options.GradientAccumulation));
        Assert.Equal(1, plans[^1].Options.BatchSize);
        Assert.Contains("FirstLayers", $"{plans[^1].Options.GradientCheckpointing}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_the_smallest_limit_where_nothing_fits()
    {
        var e = await Assert.ThrowsAsync<ArgumentException>(() => Model.PlanAsync(Small, Wide, 1 << 20, Cancellation));

        Assert.Matches(@"The limit is 1 MiB, and the least that this training needs is \d+ MiB, with BatchSize = 1", e.Message);
        Assert.Contains("Raise the limit to that, or lower MaxLength", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_row_beyond_the_position_table()
    {
        var e = await Assert.ThrowsAsync<ArgumentException>(
            () => Model.PlanAsync(Small, Wide with { MaxLength = 65 }, cancellationToken: Cancellation));

        Assert.Contains("MaxLength is 65, and the model reads 64 tokens at most", e.Message, StringComparison.Ordinal);
    }
}
