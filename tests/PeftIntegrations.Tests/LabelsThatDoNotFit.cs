using PeftIntegrations.Core;
using PeftIntegrations.Models;

namespace PeftIntegrations.Tests;

public sealed class LabelsThatDoNotFit : IDisposable
{
    private static readonly PeftModelOptions Plain = new() { DType = ScalarType.Float32, Device = "cpu" };
    private static readonly TrainingOptions Quick = new() { MaxSteps = 2, BatchSize = 2 };
    private readonly TemporaryFolder _folder = new();

    static LabelsThatDoNotFit() => TorchRuntime.Threads = 1; // threads would only wait for each other

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Are_more_than_the_classes_of_the_checkpoint()
    {
        var folder = await ClassifierOf("low", "high");

        var e = await Assert.ThrowsAsync<InvalidDataException>(
            () => PeftModel.LoadAsync(folder, Plain with { Labels = ["low", "high", "other"] }, Cancellation));

        Assert.Contains("classifier.weight is [2, 16]; expected [3, 16]", e.Message, StringComparison.Ordinal);
        Assert.Contains("has a head of 2 labels, and 3 are asked for", e.Message, StringComparison.Ordinal);
        Assert.Contains("load the model that this one was made from", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_texts_where_the_model_only_numbers_its_own()
    {
        await using var model = await Load(["LABEL_0", "LABEL_1"]);

        var e = await Refused(model, new("a", "spam"), new("b", "ham"));

        Assert.Contains("2 labels that the model does not: 'spam', 'ham'", e.Message, StringComparison.Ordinal);
        Assert.Contains("The model's 2 are LABEL_0, LABEL_1", e.Message, StringComparison.Ordinal);
        Assert.Contains("Load it with Labels = those of the data", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_more_in_the_data_than_in_the_model_and_are_shown_up_to_twenty()
    {
        await using var model = await Load([.. Enumerable.Range(0, 100).Select(i => $"n{i}")]);

        var e = await Refused(model, [.. Enumerable.Range(0, 50).Select(i => new LabelledText("a", $"m{i}"))]);

        Assert.Contains("'m19' and 30 more. The model's 100 are n0", e.Message, StringComparison.Ordinal);
        Assert.Contains("n19 and 80 more. Load", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_of_a_checkpoint_without_a_pooler()
    {
        var file = Path.Combine(TinyBert.Write(_folder["model"]), "model.safetensors");
        var tensors = Read(file).Where(pair => !pair.Key.Contains("pooler", StringComparison.Ordinal)).ToDictionary();
        SafeTensorsFile.Write(file, tensors, new Dictionary<string, string> { ["format"] = "pt" });

        var e = await Assert.ThrowsAsync<InvalidDataException>(
            () => PeftModel.LoadAsync(_folder["model"], Plain with { Labels = ["x", "y"] }, Cancellation));

        Assert.Contains("bert.pooler.dense.weight is missing; expected [16, 16]", e.Message, StringComparison.Ordinal);
        Assert.Contains("A new one would be random", e.Message, StringComparison.Ordinal);
        Assert.Contains("saved with its pooler, or label tokens", e.Message, StringComparison.Ordinal);
        await using var embeds = await PeftModel.LoadAsync(_folder["model"], Plain, Cancellation);
        await using var tokens = await PeftModel.LoadAsync(
            _folder["model"], Plain with { Head = HeadKind.TokenClassification, Labels = ["x", "y"] }, Cancellation);
        Assert.Equal(["x", "y"], tokens.Labels);
    }

    [Fact]
    public async Task Are_not_ten_thousand()
    {
        string[] labels = [.. Enumerable.Range(0, 10_000).Select(i => $"{i}")];
        await using var model = await Load(labels);
        var data = LabelledTexts.From([new("a", "9999"), new("b", "7")]);

        var result = await model.TrainAsync("it", new Lora { Rank = 2 }, data, Quick, cancellationToken: Cancellation);
        var found = await model.ClassifyAsync(["a"], "it", cancellationToken: Cancellation);

        Assert.InRange(result.Steps[0].Loss, Math.Log(10_000) - 1, Math.Log(10_000) + 1);
        Assert.Equal(10_000, found[0].Scores.Count);
        Assert.Equal(labels, model.Labels);
    }

    [Fact]
    public async Task Are_of_pairs_for_a_model_of_single_texts()
    {
        var folder = TinyBert.Write(_folder["single"], config => config["type_vocab_size"] = 1);
        await using var model = await PeftModel.LoadAsync(folder, Plain with { Labels = ["x", "y"] }, Cancellation);

        var e = await Refused(model, new("a", "x", "b"), new("b", "y", "c"));

        Assert.Contains("2 segments, and this model tells 1 apart", e.Message, StringComparison.Ordinal);
        Assert.Contains("Join the two texts into one", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_of_texts_that_virtual_tokens_push_beyond_the_position_table()
    {
        await using var model = await Load(["x", "y"]);
        var data = LabelledTexts.From([new(new string('a', 20), "x"), new("b", "y")]);
        Task<TrainingResult> Train(int tokens, TrainingOptions how) =>
            model.TrainAsync("it", new PromptTuning { Length = tokens }, data, how, cancellationToken: Cancellation);

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Train(11, Quick));
        var prefix = await Assert.ThrowsAsync<ArgumentException>(
            () => model.TrainAsync("it", new PrefixTuning { Length = 11 }, data, Quick, cancellationToken: Cancellation));
        await Train(10, Quick); // 20 letters, the first and the last token: 32 in all
        await Train(11, Quick with { MaxLength = 21, Overflow = Overflow.Truncate });

        Assert.Contains("33 tokens, virtual ones among them, and the model has 32 positions", e.Message, StringComparison.Ordinal);
        Assert.Contains("MaxLength", e.Message, StringComparison.Ordinal);
        Assert.Equal(e.Message, prefix.Message);
    }

    private static Task<ArgumentException> Refused(PeftModel model, params LabelledText[] data) => Assert.ThrowsAsync<ArgumentException>(
        () => model.TrainAsync("it", new Lora(), LabelledTexts.From(data), Quick, cancellationToken: Cancellation));

    private static Dictionary<string, Tensor> Read(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        return file.Tensors.Keys.ToDictionary(name => name, name => file.Read(name).clone());
    }

    private Task<PeftModel> Load(string[] labels) =>
        PeftModel.LoadAsync(TinyBert.Write(_folder["model"]), Plain with { Labels = labels }, Cancellation);

    private async Task<string> ClassifierOf(params string[] labels)
    {
        await using var model = await Load(labels);
        var data = LabelledTexts.From([.. labels.Select(label => new LabelledText("a", label))]);
        await model.TrainAsync("it", new Lora(), data, Quick, cancellationToken: Cancellation);
        await model.MergeAsync("it", _folder["classifier"], Cancellation);
        return _folder["classifier"];
    }
}
