using PeftIntegrations.Inference;

namespace PeftIntegrations.Tests;

public sealed class ADisposedModel : TinyModelTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Refuses_everything_with_a_sentence()
    {
        await Train("a", folder: "a");

        await Model.DisposeAsync();
        await Model.DisposeAsync();

        Func<Task>[] uses =
        [
            () => Continue(), () => Continue("a"), () => Model.AdapterNamesAsync(Cancellation),
            () => Model.LoadAdapterAsync("b", Place("a"), Cancellation),
            () => Model.SaveAdapterAsync("a", Place("b"), Cancellation), () => Model.RemoveAdapterAsync("a", Cancellation),
            () => Model.MergeAsync("a", Place("b"), Cancellation),
            () => Model.TrainAsync("a", SomeText, Quick, cancellationToken: Cancellation),
            () => Model.TrainAsync("b", new Lora(), SomeText, Quick, cancellationToken: Cancellation), () => Stream(Model),
        ];
        foreach (var use in uses)
        {
            var e = await Assert.ThrowsAsync<ObjectDisposedException>(use);
            Assert.Contains("The model has been disposed", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Stops_what_runs_and_what_waits()
    {
        var model = await LongWinded();
        var endless = new GenerationOptions { MaxNewTokens = 100_000 };
        Task[] work =
        [
            model.CompleteAsync([Prompt], endless, Cancellation),
            model.CompleteAsync([Prompt], endless, Cancellation),
            Stream(model, endless),
            model.TrainAsync("a", new Lora(), SomeText, Quick with { MaxSteps = 1_000_000 }, cancellationToken: Cancellation),
        ];
        await Task.Delay(100, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => model.DisposeAsync().AsTask())).WaitAsync(Soon, Cancellation);

        foreach (var task in work) await Assert.ThrowsAsync<ObjectDisposedException>(() => task.WaitAsync(Soon, Cancellation));
    }

    [Fact]
    public async Task Stops_a_training_run_at_any_moment()
    {
        for (var i = 0; i < 10; i++)
        {
            var model = await PeftModel.LoadAsync(ModelFolder, Plain, Cancellation);
            var options = Quick with { MaxSteps = 1_000_000 };
            var training = model.TrainAsync("a", new Lora(), SomeText, options, cancellationToken: Cancellation);
            await Task.Delay(7 * i, Cancellation);

            await model.DisposeAsync().AsTask().WaitAsync(Soon, Cancellation);

            await Assert.ThrowsAsync<ObjectDisposedException>(() => training.WaitAsync(Soon, Cancellation));
        }
    }

    private static async Task Stream(PeftModel model, GenerationOptions? options = null)
    {
        await foreach (var piece in model.GenerateAsync(Prompt, options, Cancellation)) Assert.NotNull(piece);
    }
}
