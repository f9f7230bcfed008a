using PeftIntegrations.Models;

namespace PeftIntegrations.Extensions.Tests;

public sealed class MakingVectors : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private PeftModel _model = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _model = await PeftModel.LoadAsync(
        TinyBert.Write(_folder["bert"]), new() { DType = ScalarType.Float32, Device = "cpu", Head = HeadKind.Embedding }, Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _model.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Gives_what_the_model_gives_with_usage()
    {
        var expected = await _model.EmbedAsync(["abc", "de"], cancellationToken: Cancellation);

        var made = await _model.AsIEmbeddingGenerator().GenerateAsync(["abc", "de"], cancellationToken: Cancellation);

        Assert.Equal(expected.Length, made.Count);
        Assert.All(made.Index(), vector => Assert.Equal(expected[vector.Index], vector.Item.Vector.ToArray()));
        Assert.All(made, vector => Assert.Equal("bert", vector.ModelId));
        Assert.Equal(2 + 3 + 2 + 2, made.Usage!.InputTokenCount); // letters, and a mark before and behind each text
    }

    [Fact]
    public async Task Takes_no_texts_other_dimensions_or_unknown_adapters_as_they_are()
    {
        var generator = _model.AsIEmbeddingGenerator();

        var nothing = await generator.GenerateAsync([], cancellationToken: Cancellation);
        var dimensions = await Assert.ThrowsAsync<ArgumentException>(
            () => generator.GenerateAsync(["a"], new() { Dimensions = 5 }, Cancellation));
        var adapter = await Assert.ThrowsAsync<ArgumentException>(
            () => generator.GenerateAsync(["a"], new() { ModelId = "nobody" }, Cancellation));

        Assert.Empty(nothing);
        Assert.Contains("5 dimensions are asked for, and this model's vectors have 16", dimensions.Message, StringComparison.Ordinal);
        Assert.Contains("nobody", adapter.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tells_the_host_what_it_is()
    {
        var generator = _model.AsIEmbeddingGenerator("mine");

        var metadata = (EmbeddingGeneratorMetadata)generator.GetService(typeof(EmbeddingGeneratorMetadata))!;

        Assert.Equal(("peftintegrations", "mine", 16),
            (metadata.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Same(_model, generator.GetService(typeof(PeftModel)));
        Assert.Null(generator.GetService(typeof(PeftModel), "key"));
    }
}
