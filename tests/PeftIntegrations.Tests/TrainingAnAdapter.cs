using PeftIntegrations.Core;

namespace PeftIntegrations.Tests;

public sealed class TrainingAnAdapter : TinyModelTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0)]
    [InlineData(-1e-4)]
    public void With_an_impossible_learning_rate_is_refused(double rate)
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => Quick with { LearningRate = rate });

        Assert.Contains("LearningRate must be finite and above 0", e.Message, StringComparison.Ordinal);
        Assert.Contains("2e-4", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void On_no_text_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Texts.FromText(""));
        var lines = Assert.Throws<ArgumentException>(() => Texts.FromLines(["", ""]));
        var pairs = Assert.Throws<ArgumentException>(() => Texts.FromPairs([]));

        Assert.Contains("no example", lines.Message, StringComparison.Ordinal);
        Assert.Contains("no example", pairs.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_pair_longer_than_the_context_is_refused_and_keeps_the_adapter_of_that_name()
    {
        var text = await Train("it");

        var e = await Refused(Texts.FromPairs([("a", "b"), ("a", new string('b', 100))]));

        Assert.Contains("example 2 has 103 tokens, and MaxLength is 64", e.Message, StringComparison.Ordinal);
        Assert.Contains("Overflow.Truncate", e.Message, StringComparison.Ordinal);
        Assert.Equal(text, await Continue("it"));
    }

    [Fact]
    public async Task On_pairs_without_anything_to_learn_is_refused_and_keeps_the_adapter_of_that_name()
    {
        var text = await Train("it");

        var e = await Refused(Texts.FromPairs([("a", "b"), (new string('a', 80), "b")]), Quick with { Overflow = Overflow.Truncate });
        var bare = await Refused(Texts.FromPairs([("a", "")]), Quick with { AddSpecialTokens = false });

        Assert.Contains("example 2 has 64 tokens and none to learn", e.Message, StringComparison.Ordinal);
        Assert.Contains("none to learn", bare.Message, StringComparison.Ordinal);
        Assert.Equal(text, await Continue("it"));
    }

    [Fact]
    public async Task With_rows_longer_than_the_model_reads_is_refused()
    {
        var e = await Refused(SomeText, Quick with { MaxLength = 65 });

        Assert.Contains("MaxLength is 65, and the model reads 64", e.Message, StringComparison.Ordinal);
        Assert.Empty(await Model.AdapterNamesAsync(Cancellation));
    }

    [Fact]
    public async Task Of_a_method_that_finds_no_place_is_refused_and_keeps_the_adapter_of_that_name()
    {
        var text = await Train("it");

        var e = await Assert.ThrowsAsync<ArgumentException>(
            () => Model.TrainAsync("it", new Lora { Targets = Targets.Names("c_attn") }, SomeText, Quick, cancellationToken: Cancellation));
        var halves = new Lora { Rank = 3, Start = new OrthogonalStart() };
        var odd = await Assert.ThrowsAsync<ArgumentException>(
            () => Model.TrainAsync("it", halves, SomeText, Quick, cancellationToken: Cancellation));

        Assert.Contains("[c_attn]", e.Message, StringComparison.Ordinal);
        Assert.Contains("Take 4", odd.Message, StringComparison.Ordinal);
        Assert.Equal(text, await Continue("it"));
    }

    [Fact]
    public async Task Stops_where_the_loss_is_no_number_and_keeps_the_last_good_numbers()
    {
        var seen = new List<TrainingProgress>();
        var method = new Lora { Rank = 4, Start = new RandomStart() }; // A and B both leap, and their product overflows
        var options = Quick with { MaxSteps = 50, LearningRate = 1e30, MaxGradientNorm = null, Schedule = new ConstantSchedule() };

        var e = await Assert.ThrowsAsync<TrainingDivergedException>(
            () => Model.TrainAsync("it", method, SomeText, options, new Recorder(seen.Add), Cancellation));
        await Model.SaveAdapterAsync("it", Place("it"), Cancellation);

        Assert.Equal(seen.Count + 1, e.Step);
        Assert.Contains($"step {e.Step}", e.Message, StringComparison.Ordinal);
        Assert.Contains("Lower the learning rate", e.Message, StringComparison.Ordinal);
        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(Path.Combine(Place("it"), AdapterFolder.TensorFile));
        Assert.All(file.Tensors.Keys, name => Assert.True(file.Read(name).isfinite().all().item<bool>()));
        Assert.NotEmpty(await Continue());
    }

    [Fact]
    public async Task Stops_at_the_first_step_on_a_model_with_an_infinite_weight_and_leaves_the_adapter_as_it_started()
    {
        var broken = TinyModelFolder.WriteLlama(
            Place("broken"), tensors: tensors => tensors["model.norm.weight"][3] = float.PositiveInfinity);
        await using var model = await PeftModel.LoadAsync(broken, Plain, Cancellation);

        var e = await Assert.ThrowsAsync<TrainingDivergedException>(
            () => model.TrainAsync("it", Small, SomeText, Quick, cancellationToken: Cancellation));
        await model.SaveAdapterAsync("it", Place("it"), Cancellation);

        Assert.Equal(1, e.Step);
        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(Path.Combine(Place("it"), AdapterFolder.TensorFile));
        var started = file.Tensors.Keys.Where(name => name.Contains("lora_B", StringComparison.Ordinal));
        Assert.All(started, name => Assert.Equal(0, file.Read(name).abs().max().item<float>()));
    }

    [Fact]
    public async Task Cancelled_before_it_begins_changes_nothing()
    {
        var text = await Train("it");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Model.TrainAsync("it", Small, SomeText, Quick, cancellationToken: new CancellationToken(canceled: true)));

        Assert.Equal(text, await Continue("it"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Cancelled_between_steps_gives_the_adapter_of_the_steps_so_far(int steps)
    {
        var options = Quick with { MaxSteps = 20, Schedule = new ConstantSchedule() };
        await Model.TrainAsync("whole", Small, SomeText, options with { MaxSteps = steps }, cancellationToken: Cancellation);
        using var stop = new CancellationTokenSource();
        var progress = new Recorder(step => { if (step.Step == steps) stop.Cancel(); });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Model.TrainAsync("it", Small, SomeText, options, progress, stop.Token));

        Assert.Equal(await Continue("whole"), await Continue("it"));
        Assert.Equal(20, (await Model.TrainAsync("it", SomeText, options, cancellationToken: Cancellation)).Steps.Count);
    }

    [Fact]
    public async Task Cancelled_at_any_moment_leaves_adapter_and_model_usable()
    {
        var alone = await Continue();
        for (var i = 0; i < 20; i++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(3 * i));
            var options = Quick with { MaxSteps = 10_000, GradientAccumulation = 2, BatchSize = 1, Validation = SomeText };

            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => Model.TrainAsync("it", Small, SomeText, options, cancellationToken: stop.Token));

            Assert.Equal(alone, await Continue());
        }

        Assert.NotEmpty(await Continue("it"));
    }

    [Fact]
    public async Task Ends_with_a_sentence_where_the_adapter_is_replaced_meanwhile()
    {
        var text = await Train("it", folder: "it");
        var load = Task.CompletedTask;
        var progress = new Recorder(step => { if (step.Step == 2) load = Model.LoadAdapterAsync("it", Place("it"), Cancellation); });

        var e = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Model.TrainAsync("it", SomeText, Quick with { MaxSteps = 10_000 }, progress, Cancellation));
        await load;

        Assert.Contains("'it' was replaced while it was trained", e.Message, StringComparison.Ordinal);
        Assert.Equal(text, await Continue("it"));
    }

    [Fact]
    public async Task Works_in_double_precision_too()
    {
        await using var model = await PeftModel.LoadAsync(ModelFolder, Plain with { DType = ScalarType.Float64 }, Cancellation);

        var result = await model.TrainAsync("it", Small, SomeText, Quick with { Validation = SomeText }, cancellationToken: Cancellation);

        Assert.True(double.IsFinite(result.FinalLoss));
    }

    [Fact]
    public async Task Of_virtual_tokens_starts_from_the_tokens_of_a_text()
    {
        var method = new PromptTuning { Length = 6, Start = PromptStart.Text, Text = "cat" };
        await Model.TrainAsync("it", method, SomeText, Quick with { LearningRate = 1e-12 }, cancellationToken: Cancellation);
        await Model.SaveAdapterAsync("it", Place("it"), Cancellation);

        using var scope = NewDisposeScope();
        using var adapter = SafeTensorsFile.Open(Path.Combine(Place("it"), AdapterFolder.TensorFile));
        using var model = SafeTensorsFile.Open(Path.Combine(ModelFolder, "model.safetensors"));
        var ids = tensor(Model.Tokenizer.Encode("cat").Ids.Select(id => (long)id).ToArray()); // the first token and three letters
        var words = model.Read("model.embed_tokens.weight").index_select(0, ids);
        var expected = cat([words, words.narrow(0, 0, 2)]);
        Assert.Equal(4, ids.shape[0]);
        Assert.InRange(Difference.Max(expected, adapter.Read("prompt_embeddings")), 0, 1e-6);
    }

    private Task<ArgumentException> Refused(Texts data, TrainingOptions? options = null) =>
        Assert.ThrowsAsync<ArgumentException>(() => Model.TrainAsync("it", Small, data, options ?? Quick, cancellationToken: Cancellation));

    // Progress<T> reports later, on another thread.
    private sealed class Recorder(Action<TrainingProgress> record) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => record(value);
    }
}
