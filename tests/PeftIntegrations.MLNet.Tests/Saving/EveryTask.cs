using PeftIntegrations.Inference;
using PeftIntegrations.Models;

namespace PeftIntegrations.MLNet.Tests;

public sealed class EveryTask : TinyPipelineTests
{
    private static readonly TrainingOptions Longer = Quick with { Epochs = 60 };

    [Fact]
    public void Of_truth_gives_score_probability_and_label()
    {
        var data = Context.Data.LoadFromEnumerable(Letters.Select(letter => new { letter.Text, Label = letter.Id < 4 }));
        var options = new PeftBinaryTextClassificationOptions
        {
            BaseModel = BaseModel,
            Model = Plain,
            Method = Small,
            Training = Quick,
            Sentence1ColumnName = "Text",
            TrueWeight = 2,
        };
        using var model = Context.BinaryClassification.Trainers.PeftTextClassification(Context, options).Fit(data);

        var metrics = Context.BinaryClassification.Evaluate(model.Transform(data));
        var loaded = Saved(model, data);
        var again = Context.BinaryClassification.Evaluate(loaded.Transform(data));

        Assert.Equal(1, metrics.Accuracy);
        Assert.Equal(metrics.LogLoss, again.LogLoss, 1e-4);
        Assert.Equal(Letters.Select(letter => letter.Id < 4), model.Transform(data).GetColumn<bool>("PredictedLabel"));
        var (scores, odds) = (model.Transform(data).GetColumn<float>("Score"), model.Transform(data).GetColumn<float>("Probability"));
        Assert.All(scores.Zip(odds), pair => Assert.Equal(1 / (1 + Math.Exp(-pair.First)), pair.Second, 1e-4));
    }

    [Fact]
    public void Of_numbers_learns_them()
    {
        var data = Context.Data.LoadFromEnumerable(Letters.Select(letter => new { letter.Text, Label = letter.Id < 4 ? -1f : 1f }));
        var options = new PeftTextRegressionOptions
        {
            BaseModel = BaseModel,
            Model = Plain,
            Method = Small,
            Training = Longer,
            Sentence1ColumnName = "Text",
        };
        using var model = Context.Regression.Trainers.PeftTextRegression(Context, options).Fit(data);

        var metrics = Context.Regression.Evaluate(model.Transform(data));
        var loaded = Saved(model, data);

        Assert.True(metrics.RSquared > 0.9, $"{metrics.RSquared}");
        AssertNear(model.Transform(data).GetColumn<float>("Score"), loaded.Transform(data).GetColumn<float>("Score"));
    }

    [Fact]
    public void Of_likeness_reads_two_texts()
    {
        var pairs = Letters.SelectMany(x => Letters.Select(y => new { A = x.Text, B = y.Text, Label = x.Label == y.Label ? 1f : 0f }));
        var data = Context.Data.LoadFromEnumerable(pairs.ToArray());
        var options = new PeftTextRegressionOptions
        {
            BaseModel = BaseModel,
            Model = Plain,
            Method = Small,
            Training = Quick with { MaxSteps = 5 },
            Sentence1ColumnName = "A",
            Sentence2ColumnName = "B",
        };
        using var model = Context.Peft().TextRegression(options).Fit(data);

        var loaded = Saved(model, data);

        AssertNear(model.Transform(data).GetColumn<float>("Score"), loaded.Transform(data).GetColumn<float>("Score"));
    }

    [Theory]
    [InlineData(Pooling.Mean, true)]
    [InlineData(Pooling.FirstToken, false)]
    [InlineData(Pooling.LastToken, null)]
    public void Of_vectors_makes_them_as_asked(Pooling pooling, bool? normalised)
    {
        var options = new PeftTextEmbeddingOptions { BaseModel = BaseModel, Model = Plain, Pooling = pooling, Normalised = normalised };
        using var model = Context.Transforms.Text.PeftEmbedText(Context, options).Fit(Data);

        var vectors = model.Transform(Data).GetColumn<float[]>("Features").ToArray();
        var loaded = Saved(model, Data).Transform(Data);

        Assert.Equal(16, model.Dimensions);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 16), loaded.Schema["Features"].Type);
        Assert.Equal(normalised == true, Math.Abs(vectors[0].Sum(x => x * x) - 1) < 1e-4);
        AssertNear(vectors.SelectMany(vector => vector), loaded.GetColumn<float[]>("Features").SelectMany(vector => vector));
        Assert.Throws<InvalidOperationException>(() => model.ExportAdapter(Place("adapter")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_vectors_learns_from_pairs(bool scored)
    {
        var data = Context.Data.LoadFromEnumerable(Letters.Select(x => new { x.Text, Pair = $"{x.Text[0]}", Likeness = x.Id % 2 - 0.5f }));
        var options = new PeftTextEmbeddingOptions
        {
            BaseModel = BaseModel,
            Model = Plain,
            Method = Small,
            Training = Quick with { MaxSteps = 4 },
            PairColumnName = "Pair",
            SimilarityColumnName = scored ? "Likeness" : null,
        };
        using var model = Context.Peft().EmbedText(options).Fit(data);
        using var untrained = Context.Peft().EmbedText(options with { PairColumnName = null, SimilarityColumnName = null }).Fit(data);

        var texts = Context.Data.LoadFromEnumerable([new { Text = "a b" }]); // the pairs are for learning
        var (learnt, plain) = (Features(model, texts), Features(untrained, texts));

        Assert.NotNull(model.AdapterName);
        Assert.Contains(learnt.Zip(plain), pair => Math.Abs(pair.First - pair.Second) > 1e-3);
        AssertNear(learnt, Features(Saved(model, texts), texts));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_texts_writes_them(bool learns)
    {
        var folder = TinyModelFolder.WriteLlama(Place("llama"));
        var data = Context.Data.LoadFromEnumerable(
            [new { Prompt = "Once", Said = " upon" }, new { Prompt = "A longer one", Said = " is" }]);
        var options = new PeftTextGenerationOptions
        {
            BaseModel = folder,
            Model = Plain,
            Method = Small,
            Training = Quick with { MaxSteps = 3 },
            CompletionColumnName = learns ? "Said" : null,
            Generation = new GenerationOptions { MaxNewTokens = 8 },
        };
        using var model = Context.Transforms.Text.PeftGenerateText(Context, options).Fit(data);

        var written = model.Transform(data).GetColumn<string>("GeneratedText").ToArray();
        var loaded = Saved(model, data);

        Assert.Equal(learns, model.AdapterName is not null);
        Assert.All(written, text => Assert.InRange(text.Length, 1, 8));
        Assert.Equal(written, loaded.Transform(data).GetColumn<string>("GeneratedText"));
    }

    [Fact]
    public void Of_entities_finds_them_in_texts()
    {
        var data = Context.Data.LoadFromEnumerable(Sentences.Select(s => new { Sentence = string.Join(' ', s.Words), Label = s.Tags }));
        var pipeline = Context.Transforms.Conversion.MapValueToKey("Label").Append(Context.Peft().NamedEntities(Entities));
        using var model = pipeline.Fit(data);

        var text = Context.Data.LoadFromEnumerable([new { Sentence = "i saw  xa yb.", Label = Sentences[0].Tags }]);
        var found = model.Transform(text);
        var loaded = Saved(model, data).Transform(text);

        foreach (var view in new[] { found, loaded })
        {
            Assert.Equal(["xa yb"], view.GetColumn<string[]>("Entity").Single());
            Assert.Equal(["name"], view.GetColumn<string[]>("EntityType").Single());
            Assert.Equal([7], view.GetColumn<int[]>("EntityStart").Single());
            Assert.Equal([12], view.GetColumn<int[]>("EntityEnd").Single());
            Assert.Equal(5, view.GetColumn<uint[]>("PredictedLabel").Single().Length);
        }
    }

    [Fact]
    public void Of_entities_finds_them_among_words()
    {
        var data = Context.Data.LoadFromEnumerable(Sentences.Select(s => new { Sentence = s.Words, Label = s.Tags }));
        var pipeline = Context.MulticlassClassification.Trainers.PeftNamedEntities(Context, Entities)
            .Append(Context.Transforms.Conversion.MapKeyToValue("Tags", "PredictedLabel"));
        using var model = pipeline.Fit(data);

        var (found, loaded) = (model.Transform(data), Saved(model, data).Transform(data));

        Assert.Equal(Sentences.SelectMany(s => s.Tags), found.GetColumn<string[]>("Tags").SelectMany(tags => tags));
        Assert.Equal(found.GetColumn<string[]>("Tags").SelectMany(t => t), loaded.GetColumn<string[]>("Tags").SelectMany(t => t));
    }

    private static (string[] Words, string[] Tags)[] Sentences =>
    [
        (["i", "saw", "xa", "yb"], ["O", "O", "B-name", "I-name"]), (["xa", "ran"], ["B-name", "O"]),
        (["a", "dog", "ran"], ["O", "O", "O"]),
        (["xa", "yb", "saw", "it"], ["B-name", "I-name", "O", "O"]), (["i", "saw", "xa", "yb", "."], ["O", "O", "B-name", "I-name", "O"]),
    ];

    private PeftNamedEntitiesOptions Entities => new()
    {
        BaseModel = BaseModel,
        Model = Plain,
        Method = Small,
        Training = Quick with { Epochs = 80 },
    };

    private TransformerChain<ITransformer> Saved(ITransformer model, IDataView data)
    {
        Context.Model.Save(model, data.Schema, Place("model.zip"));
        using (var typed = (IDisposable)Context.Peft().LoadModel(Place("model.zip"), out _)) Assert.IsNotType<int>(typed);
        return (TransformerChain<ITransformer>)new MLContext().Model.Load(Place("model.zip"), out _);
    }

    private static float[] Features(ITransformer model, IDataView data) => model.Transform(data).GetColumn<float[]>("Features").Single();

    private static void AssertNear(IEnumerable<float> expected, IEnumerable<float> actual)
    {
        var pairs = expected.Zip(actual).ToArray();
        Assert.NotEmpty(pairs);
        Assert.All(pairs, pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }
}
