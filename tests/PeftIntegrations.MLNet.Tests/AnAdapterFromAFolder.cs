using PeftIntegrations.Inference;

namespace PeftIntegrations.MLNet.Tests;

public sealed class AnAdapterFromAFolder : TinyPipelineTests
{
    private static readonly string[] Tags = ["O", "B-x"];

    private IDataView Rows => Context.Data.LoadFromEnumerable(Letters.Select(
        row => new { row.Text, Pair = $"{row.Text[0]}", Number = row.Id * 1f, Said = " b", Tags = new[] { Tags[row.Id % 2], "O" } }));

    [Fact]
    public void Of_numbers_gives_them_again()
    {
        var options = new PeftTextRegressionOptions
        {
            BaseModel = BaseModel,
            Model = Plain,
            Method = Small,
            Training = Quick with { MaxSteps = 3 },
            LabelColumnName = "Number",
            Sentence1ColumnName = "Text",
        };
        using var model = Context.Peft().TextRegression(options).Fit(Rows);

        using var again = Reloaded<PeftTextRegressionTransformer>(model, BaseModel, new() { Model = Plain });

        AssertSame<float>(model, again, "Score", (x, y) => Assert.Equal(x, y, 1e-4));
    }

    [Fact]
    public void Of_entities_finds_them_again()
    {
        var options = new PeftNamedEntitiesOptions
        {
            BaseModel = BaseModel,
            Model = Plain,
            Method = Small,
            Training = Quick,
            LabelColumnName = "Tags",
            Sentence1ColumnName = "Text",
        };
        using var model = Context.Peft().NamedEntities(options).Fit(Rows);

        using var again = Reloaded<PeftNamedEntitiesTransformer>(model, BaseModel, new() { Model = Plain, Labels = model.Tags });

        AssertSame<string[]>(model, again, "Entity", Assert.Equal);
        AssertSame<uint[]>(model, again, "PredictedLabel", Assert.Equal);
    }

    [Fact]
    public void Of_vectors_makes_them_again()
    {
        var options = new PeftTextEmbeddingOptions
        {
            BaseModel = BaseModel,
            Model = Plain,
            Method = Small,
            Training = Quick with { MaxSteps = 3 },
            PairColumnName = "Pair",
        };
        using var model = Context.Peft().EmbedText(options).Fit(Rows);

        using var again = Reloaded<PeftTextEmbeddingTransformer>(model, BaseModel, new() { Model = Plain });

        AssertSame<float[]>(model, again, "Features", (x, y) => Assert.All(x.Zip(y), pair => Assert.Equal(pair.First, pair.Second, 1e-4)));
    }

    [Fact]
    public void Of_texts_writes_them_again()
    {
        var options = new PeftTextGenerationOptions
        {
            BaseModel = TinyModelFolder.WriteLlama(Place("llama")),
            Model = Plain,
            Method = Small,
            Training = Quick with { MaxSteps = 3 },
            InputColumnName = "Text",
            CompletionColumnName = "Said",
            Generation = new GenerationOptions { MaxNewTokens = 4, Sample = false },
        };
        using var model = Context.Peft().GenerateText(options).Fit(Rows);

        var how = new PeftAdapterOptions { Model = Plain, Generation = options.Generation };
        using var again = Reloaded<PeftTextGenerationTransformer>(model, options.BaseModel, how);

        AssertSame<string>(model, again, "GeneratedText", Assert.Equal);
    }

    private T Reloaded<T>(PeftTransformer model, string baseModel, PeftAdapterOptions options)
        where T : PeftTransformer
    {
        model.ExportAdapter(Place("adapter"));
        return Assert.IsType<T>(Context.Peft().FromAdapter(baseModel, Place("adapter"), options));
    }

    private void AssertSame<T>(ITransformer one, ITransformer other, string column, Action<T, T> areSame)
    {
        var (first, second) = (one.Transform(Rows).GetColumn<T>(column).ToArray(), other.Transform(Rows).GetColumn<T>(column).ToArray());
        Assert.Equal(Letters.Length, first.Length);
        Assert.All(first.Zip(second), pair => areSame(pair.First, pair.Second));
    }
}
