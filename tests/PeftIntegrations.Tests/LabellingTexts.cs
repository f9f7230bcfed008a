using PeftIntegrations.Core;
using PeftIntegrations.Models;

namespace PeftIntegrations.Tests;

public sealed class LabellingTexts : IAsyncLifetime
{
    private static readonly PeftModelOptions Plain = new() { DType = ScalarType.Float32, Device = "cpu" };
    private static readonly PeftModelOptions Labelled = Plain with { Labels = ["low", "high", "other"] };
    private static readonly TrainingOptions Quick = new()
    {
        Epochs = 30,
        BatchSize = 4,
        LearningRate = 0.02,
        Schedule = new ConstantSchedule(),
    };

    private static readonly LabelledTexts Letters = LabelledTexts.From(
        from letter in "abcdwxyz"
        select new LabelledText($"{letter} {letter}{letter}", letter < 'm' ? "low" : "high"));

    private readonly TemporaryFolder _folder = new();

    static LabellingTexts() => TorchRuntime.Threads = 1; // threads would only wait for each other

    private PeftModel Model { get; set; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string[] Some => [.. Letters.Select(text => text.Text)];

    public async ValueTask InitializeAsync() => Model = await PeftModel.LoadAsync(TinyBert.Write(_folder["model"]), Labelled);

    public async ValueTask DisposeAsync()
    {
        await Model.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Is_learned_with_a_head_that_the_checkpoint_lacks()
    {
        var result = await Train();
        var found = await Labels("it");

        Assert.Equal(["low", "high", "other"], Model.Labels);
        Assert.Equal(Letters.Select(text => text.Label), found.Select(text => text.Label));
        Assert.True(result.FinalLoss < result.Steps[0].Loss / 4);
        Assert.All(found, text => Assert.Equal(1, text.Scores.Sum(), 1e-5));
        Assert.All(found, text => Assert.Equal(text.Scores.Max(), text.Scores[Model.Labels.ToList().IndexOf(text.Label)]));
    }

    [Fact]
    public async Task Is_the_same_for_texts_of_any_lengths_in_a_batch_or_alone()
    {
        await Train();
        string[] texts = ["a", "", "a b c d e f g", "z zz"];

        var together = await Model.ClassifyAsync(texts, "it", cancellationToken: Cancellation);
        var alone = await Model.ClassifyAsync(texts, "it", new() { BatchSize = 1 }, Cancellation);

        AssertNear(together, alone);
        Assert.Empty(await Model.ClassifyAsync(Array.Empty<string>(), "it", cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Goes_with_a_saved_adapter_to_another_session()
    {
        await Train();
        await Model.SaveAdapterAsync("it", _folder["it"], Cancellation);
        await using var other = await PeftModel.LoadAsync(_folder["model"], Labelled, Cancellation);
        await other.LoadAdapterAsync("it", _folder["it"], Cancellation);

        var config = JsonFile.Read(Path.Combine(_folder["it"], AdapterFolder.ConfigFile));
        Assert.Equal("SEQ_CLS", config["task_type"]!.ToString());
        Assert.Equal(["classifier", "score"], config["modules_to_save"]!.AsArray().Select(name => name!.ToString()));
        AssertNear(await Labels(), await Labels(null, other));
        AssertNear(await Labels("it"), await Labels("it", other));
    }

    [Fact]
    public async Task By_the_head_alone_goes_with_a_saved_adapter_too()
    {
        var probe = new FullFineTuning { Targets = Targets.Roles(Role.Head) };
        var result = await Model.TrainAsync("it", probe, Letters, Quick, cancellationToken: Cancellation);
        await Model.SaveAdapterAsync("it", _folder["it"], Cancellation);

        await Model.LoadAdapterAsync("again", _folder["it"], Cancellation);

        Assert.Equal(Model.Labels.Count * (Model.Shape.Hidden + 1), result.TrainableCount);
        AssertNear(await Labels("it"), await Labels("again"));
    }

    [Fact]
    public async Task Goes_with_a_merged_model_that_knows_its_labels()
    {
        await Train();
        await Model.MergeAsync("it", _folder["merged"], Cancellation);

        await using var merged = await PeftModel.LoadAsync(_folder["merged"], Plain, Cancellation);

        Assert.Equal(Model.Labels, merged.Labels);
        AssertNear(await Labels("it"), await Labels(null, merged));
    }

    [Fact]
    public async Task Of_pairs_sees_which_text_is_which()
    {
        var pairs = LabelledTexts.From(Some.SelectMany(x => new LabelledText[] { new(x, "low", "m"), new("m", "high", x) }));
        await Model.TrainAsync("it", new Lora { Rank = 4 }, pairs, Quick, cancellationToken: Cancellation);

        var found = await Model.ClassifyAsync([("b", "m"), ("m", "b")], "it", cancellationToken: Cancellation);

        Assert.Equal(["low", "high"], found.Select(text => text.Label));
    }

    [Fact]
    public async Task Of_pairs_by_a_model_of_single_texts_is_refused()
    {
        var folder = TinyBert.Write(_folder["single"], config => config["type_vocab_size"] = 1);
        await using var model = await PeftModel.LoadAsync(folder, Labelled, Cancellation);

        var e = await Assert.ThrowsAsync<ArgumentException>(() => model.ClassifyAsync([("a", "b")], cancellationToken: Cancellation));

        Assert.Contains("2 segments", e.Message, StringComparison.Ordinal);
        Assert.Single(await model.ClassifyAsync(["a"], cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Of_texts_longer_than_the_model_reads_is_refused_unless_they_are_cut()
    {
        var texts = new[] { "a", new string('a', 40) };
        var data = LabelledTexts.From([new(texts[0], "low"), new(texts[1], "high")]);

        var reading = await Assert.ThrowsAsync<ArgumentException>(() => Model.ClassifyAsync(texts, cancellationToken: Cancellation));
        var training = await Assert.ThrowsAsync<ArgumentException>(() => Train(data));
        var beyond = await Assert.ThrowsAsync<ArgumentException>(() => Cut(33));

        Assert.Contains("text 2 has 42 tokens, and 32 are read at most", reading.Message, StringComparison.Ordinal);
        Assert.Contains("Overflow.Truncate", training.Message, StringComparison.Ordinal);
        Assert.Contains("MaxLength is 33", beyond.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await Cut(32)).Count);
        await Train(data, Quick with { MaxSteps = 1, Overflow = Overflow.Truncate });

        Task<IReadOnlyList<ClassifiedText>> Cut(int length) =>
            Model.ClassifyAsync(texts, options: new() { MaxLength = length }, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task By_labels_that_the_model_lacks_is_refused_and_keeps_the_adapter_of_that_name()
    {
        await Train();
        var before = await Labels("it");

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Train(LabelledTexts.From([new("a", "low"), new("b", "lower")])));

        Assert.Contains("'lower'", e.Message, StringComparison.Ordinal);
        Assert.Contains("low, high, other", e.Message, StringComparison.Ordinal);
        AssertNear(before, await Labels("it"));
    }

    [Fact]
    public async Task Is_judged_by_labelled_texts_only()
    {
        var result = await Train(options: Quick with { Epochs = 2, Validation = Letters });
        var e = await Assert.ThrowsAsync<ArgumentException>(() => Train(options: Quick with { Validation = Texts.FromText("a") }));

        Assert.True(result.BestValidationLoss < 2);
        Assert.Contains("Validation is Texts, and what is learnt LabelledTexts", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_all_that_a_classifier_does()
    {
        var embed = await Refused(() => Model.EmbedAsync(["a"], cancellationToken: Cancellation));
        var complete = await Refused(() => Model.CompleteAsync(["a"], cancellationToken: Cancellation));
        var teach = await Refused(() => Model.TrainAsync("it", new Lora(), Texts.FromText("a"), cancellationToken: Cancellation));
        var generate = await Refused(async () =>
        {
            await foreach (var _ in Model.GenerateAsync("a", cancellationToken: Cancellation)) Assert.Fail("It wrote.");
        });

        Assert.Contains("HeadKind.Embedding", embed.Message, StringComparison.Ordinal);
        Assert.Contains("LabelledTexts", teach.Message, StringComparison.Ordinal);
        Assert.All([embed, complete, teach, generate], e => Assert.Contains("SEQ_CLS", e.Message, StringComparison.Ordinal));

        static Task<InvalidOperationException> Refused(Func<Task> what) => Assert.ThrowsAsync<InvalidOperationException>(what);
    }

    [Fact]
    public async Task By_a_model_with_labels_and_another_head_is_refused()
    {
        var options = Labelled with { Head = HeadKind.Embedding };

        var e = await Assert.ThrowsAsync<ArgumentException>(() => PeftModel.LoadAsync(_folder["model"], options, Cancellation));

        Assert.Contains("Head is Embedding", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Plain with { Labels = ["a", "a"] });
        Assert.Throws<ArgumentException>(() => Plain with { Labels = [] });
    }

    private Task<TrainingResult> Train(LabelledTexts? data = null, TrainingOptions? options = null) =>
        Model.TrainAsync("it", new Lora { Rank = 4 }, data ?? Letters, options ?? Quick, cancellationToken: Cancellation);

    private Task<IReadOnlyList<ClassifiedText>> Labels(string? adapter = null, PeftModel? model = null) =>
        (model ?? Model).ClassifyAsync(Some, adapter, cancellationToken: Cancellation);

    private static void AssertNear(IReadOnlyList<ClassifiedText> expected, IReadOnlyList<ClassifiedText> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        var scores = expected.Zip(actual).SelectMany(pair => pair.First.Scores.Zip(pair.Second.Scores));
        Assert.All(scores, score => Assert.Equal(score.First, score.Second, 1e-4));
    }
}
