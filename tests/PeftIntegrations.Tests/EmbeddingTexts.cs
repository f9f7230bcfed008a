using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Models;

namespace PeftIntegrations.Tests;

public sealed class EmbeddingTexts : IAsyncLifetime
{
    private static readonly PeftModelOptions Plain = new() { DType = ScalarType.Float32, Device = "cpu" };
    private static readonly string[] Some = ["b", "", "a b c d e f g", "a bb"];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        TinyBert.Write(_folder["model"]);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Gives_the_same_in_a_batch_as_alone()
    {
        await using var model = await PeftModel.LoadAsync(_folder["model"], Plain, Cancellation);

        var together = await model.EmbedAsync(Some, cancellationToken: Cancellation);

        foreach (var (text, vector) in Some.Zip(together))
        {
            var alone = Assert.Single(await model.EmbedAsync([text], cancellationToken: Cancellation));
            Assert.Equal(model.Shape.Hidden, vector.Length);
            Assert.All(alone.Zip(vector), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    [Fact]
    public async Task Cuts_texts_where_the_folder_says()
    {
        _folder.Write("model/sentence_bert_config.json", """{"max_seq_length": 4}"""u8);
        await using var model = await PeftModel.LoadAsync(_folder["model"], Plain, Cancellation);

        var vectors = await model.EmbedAsync(["ab", "abcdefgh"], cancellationToken: Cancellation);
        var longer = await model.EmbedAsync(["abcdefgh"], options: new() { MaxLength = 6 }, cancellationToken: Cancellation);

        Assert.All(vectors[0].Zip(vectors[1]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.NotEqual(vectors[1], longer[0]);
    }

    [Fact]
    public async Task Is_the_same_by_a_merged_model()
    {
        Directory.CreateDirectory(_folder["model/1_Pooling"]);
        _folder.Write("model/modules.json", """[{"type": "x.Pooling", "path": "1_Pooling"}, {"type": "x.Normalize", "path": "2"}]"""u8);
        _folder.Write("model/1_Pooling/config.json", """{"pooling_mode_cls_token": true}"""u8);
        WriteAdapter("it");
        await using var model = await PeftModel.LoadAsync(_folder["model"], Plain, Cancellation);
        await model.LoadAdapterAsync("it", _folder["it"], Cancellation);
        await model.MergeAsync("it", _folder["merged"], Cancellation);

        await using var merged = await PeftModel.LoadAsync(_folder["merged"], Plain, Cancellation);
        var adapted = await model.EmbedAsync(Some, "it", cancellationToken: Cancellation);
        var own = await merged.EmbedAsync(Some, cancellationToken: Cancellation);

        Assert.All(adapted.Zip(own).SelectMany(pair => pair.First.Zip(pair.Second)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.NotEqual(adapted[0], (await model.EmbedAsync(Some, cancellationToken: Cancellation))[0]);
        Assert.All(own, vector => Assert.Equal(1, vector.Sum(x => x * x), 1e-5));
    }

    [Fact]
    public async Task Of_a_decoder_is_pooled_as_its_folder_says()
    {
        var folder = TinyModelFolder.WriteLlama(_folder["decoder"], config => config["architectures"] = new JsonArray("LlamaModel"));
        Directory.CreateDirectory(_folder["decoder/1_Pooling"]);
        _folder.Write("decoder/modules.json", """[{"type": "x.Pooling", "path": "1_Pooling"}, {"type": "x.Normalize", "path": "2"}]"""u8);
        _folder.Write("decoder/1_Pooling/config.json", """{"pooling_mode_lasttoken": true}"""u8);
        var embedding = Plain with { Head = HeadKind.Embedding };

        await using var stated = await PeftModel.LoadAsync(folder, embedding, Cancellation);
        await using var last = await PeftModel.LoadAsync(folder, embedding with { Pooling = Pooling.LastToken }, Cancellation);
        await using var mean = await PeftModel.LoadAsync(folder, embedding with { Pooling = Pooling.Mean }, Cancellation);

        var own = await stated.EmbedAsync(["a b", "abc"], cancellationToken: Cancellation);
        Assert.Equal(own[1], (await last.EmbedAsync(["a b", "abc"], cancellationToken: Cancellation))[1]);
        Assert.NotEqual(own[1], (await mean.EmbedAsync(["a b", "abc"], cancellationToken: Cancellation))[1]);
        Assert.All(own, vector => Assert.Equal(1, vector.Sum(x => x * x), 1e-5));
    }

    [Fact]
    public async Task Is_refused_of_a_folder_with_an_impossible_length()
    {
        _folder.Write("model/sentence_bert_config.json", """{"max_seq_length": "long"}"""u8);

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => PeftModel.LoadAsync(_folder["model"], Plain, Cancellation));

        Assert.Contains("\"long\" as max_seq_length", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stops_when_cancelled()
    {
        await using var model = await PeftModel.LoadAsync(_folder["model"], Plain, Cancellation);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        string[] many = [.. Enumerable.Repeat("a b c", 20_000)];

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => model.EmbedAsync(many, options: new() { BatchSize = 1 }, cancellationToken: stop.Token));

        Assert.Single(await model.EmbedAsync(["a"], cancellationToken: Cancellation));
    }

    private void WriteAdapter(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Pretrained.Load(_folder["model"], new() { DType = ScalarType.Float32, Device = "cpu" }).Model;
        using var adapter = new Adapter(model, new Lora { Rank = 2, Start = new RandomStart(), Targets = Targets.Names("query", "value") });
        AdapterFolder.Save(adapter, _folder[name]);
    }
}
