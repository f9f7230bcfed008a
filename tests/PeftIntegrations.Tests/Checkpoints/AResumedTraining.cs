using PeftIntegrations.Core;

namespace PeftIntegrations.Tests;

public sealed class AResumedTraining : TinyModelTests
{
    private static Lora Method => new() { Rank = 4 };

    private TrainingOptions Kept => Quick with { MaxSteps = 6, CheckpointFolder = Place("run"), CheckpointEvery = 2, Resume = true };

    [Fact]
    public async Task Goes_on_after_a_cancelled_one_in_a_fresh_model()
    {
        await Model.TrainAsync("whole", Method, SomeText, Kept with { CheckpointFolder = Place("whole") }, cancellationToken: Cancellation);
        using var stop = new CancellationTokenSource();
        var progress = new Recorder(step => { if (step.Step == 3) stop.Cancel(); });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Model.TrainAsync("it", Method, SomeText, Kept, progress, stop.Token));
        await using var fresh = await PeftModel.LoadAsync(ModelFolder, Plain, Cancellation);
        var steps = new List<int>();

        var result = await fresh.TrainAsync("it", Method, SomeText, Kept, new Recorder(step => steps.Add(step.Step)), Cancellation);
        await fresh.SaveAdapterAsync("it", Place("it"), Cancellation);
        await Model.SaveAdapterAsync("whole", Place("other"), Cancellation);

        Assert.Equal([3, 4, 5, 6], steps);
        Assert.Equal(6, result.Steps.Count);
        Assert.Equal(Tensors("other"), Tensors("it"));
    }

    [Fact]
    public async Task Of_a_finished_run_gives_its_adapter_and_result_without_a_step()
    {
        var first = await Model.TrainAsync("it", Method, SomeText, Kept with { LearningRate = 0.2 }, cancellationToken: Cancellation);
        var text = await Continue("it");
        await using var fresh = await PeftModel.LoadAsync(ModelFolder, Plain, Cancellation);

        var again = await fresh.TrainAsync(
            "it", Method, SomeText, Kept with { LearningRate = 0.2 }, new Recorder(_ => Assert.Fail("No step was left.")), Cancellation);

        Assert.Equal(first.Steps, again.Steps);
        Assert.Equal(text, (await fresh.CompleteAsync([Prompt], new() { Adapter = "it", MaxNewTokens = 12 }, Cancellation))[0].Text);
    }

    [Fact]
    public async Task With_another_file_of_data_is_refused_and_keeps_the_adapter_of_that_name()
    {
        await Model.TrainAsync("it", Method, SomeText, Kept, cancellationToken: Cancellation);
        var text = await Train("it");

        var e = await Assert.ThrowsAsync<ArgumentException>(
            () => Model.TrainAsync("it", Method, Texts.FromLines(["a dog ran"]), Kept, cancellationToken: Cancellation));

        Assert.Contains("its data is 3 rows (", e.Message, StringComparison.Ordinal);
        Assert.Contains("and now it is 1 rows (", e.Message, StringComparison.Ordinal);
        Assert.Equal(text, await Continue("it"));
    }

    [Fact]
    public async Task Goes_on_with_an_adapter_that_was_there()
    {
        await Train("it", folder: "start");
        await Model.TrainAsync("it", SomeText, Kept with { CheckpointFolder = Place("whole") }, cancellationToken: Cancellation);
        await Model.SaveAdapterAsync("it", Place("other"), Cancellation);
        await Model.LoadAdapterAsync("it", Place("start"), Cancellation);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Model.TrainAsync("it", SomeText, Kept, new Recorder(step => { if (step.Step == 5) stop.Cancel(); }), stop.Token));

        await Model.TrainAsync("it", SomeText, Kept, cancellationToken: Cancellation);
        await Model.SaveAdapterAsync("it", Place("it"), Cancellation);

        Assert.Equal(Tensors("other"), Tensors("it"));
    }

    private byte[] Tensors(string folder) => File.ReadAllBytes(Path.Combine(Place(folder), AdapterFolder.TensorFile));

    // Progress<T> reports later, on another thread.
    private sealed class Recorder(Action<TrainingProgress> record) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => record(value);
    }
}
