using System.Diagnostics.Metrics;

namespace PeftIntegrations.MLNet.Tests;

public sealed class ATransformer : TinyPipelineTests
{
    private PeftTextClassificationOptions Short => Options with { Training = Quick with { MaxSteps = 2 } };

    [Fact]
    public void Shares_its_base_model_with_others_and_frees_it_last()
    {
        var (one, other) = (Fitted(Short), Fitted(Short with { Method = new Ia3() }));

        Assert.Same(one.LastTransformer.Model, other.LastTransformer.Model);
        Assert.NotEqual(one.LastTransformer.AdapterName, other.LastTransformer.AdapterName);

        one.Dispose();
        one.Dispose();
        var left = other.Transform(Data).GetColumn<float[]>("Score").Count();
        var model = other.LastTransformer.Model;
        other.Dispose();

        Assert.Equal(Letters.Length, left);
        Assert.Throws<ObjectDisposedException>(() => one.LastTransformer.Model);
        Assert.ThrowsAny<ObjectDisposedException>(
            () => model.AdapterNamesAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult());
    }

    [Fact]
    public void Reads_a_row_once_for_all_its_columns()
    {
        var requests = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "peft.request.duration") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref requests));
        listener.Start();
        using var model = Fitted(Short);
        using var engine = Context.Model.CreatePredictionEngine<Letter, Both>(
            model, new PredictionEngineOptions { OwnsTransformer = false });

        var (first, second) = (engine.Predict(Letters[0]), engine.Predict(Letters[7]));

        Assert.Equal(2, requests);
        Assert.All([first, second], both => Assert.Equal(Array.IndexOf(both.Score, both.Score.Max()) + 1, (int)both.PredictedLabel));
    }

    [Fact]
    public void Serves_an_engine_that_does_not_own_it()
    {
        using var model = Fitted(Short);
        var engine = Context.Model.CreatePredictionEngine<Letter, Scored>(
            model, new PredictionEngineOptions { OwnsTransformer = false });

        engine.Predict(Letters[0]);
        engine.Dispose();

        Assert.Equal(Letters.Length, model.Transform(Data).GetColumn<float[]>("Score").Count());
    }

    [Fact]
    public void Says_that_an_engine_disposed_it()
    {
        var model = Fitted(Short);
        Context.Model.CreatePredictionEngine<Letter, Scored>(model).Dispose();

        var e = Assert.Throws<ObjectDisposedException>(() => model.LastTransformer.Model);

        Assert.Contains("OwnsTransformer = false", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Exports_its_adapter_for_peft()
    {
        using var model = Fitted(Short);

        Context.Peft().ExportAdapter(model, Place("adapter"));
        using var again = Context.Peft().FromAdapter(BaseModel, Place("adapter"), new() { Labels = ["low", "high"], Model = Plain });

        var (before, after) = (Scores(model), Scores(again));
        Assert.IsType<PeftTextClassificationTransformer>(again);
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First[0], pair.Second[0], 1e-5));
    }

    [Fact]
    public void Of_an_adapter_from_elsewhere_numbers_labels_that_nobody_names()
    {
        using var model = Fitted(Short);
        model.LastTransformer.ExportAdapter(Place("adapter"));

        using var again = (PeftTextClassificationTransformer)Context.Peft()
            .FromAdapter(BaseModel, Place("adapter"), new() { Model = Plain });
        var missing = Assert.Throws<FileNotFoundException>(() => Context.Peft().FromAdapter(BaseModel, Place("nothing")));

        Assert.Equal(["LABEL_0", "LABEL_1"], again.Labels);
        Assert.Contains("adapter_config.json", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_many_threads_with_an_engine_each()
    {
        using var model = Fitted(Short);
        var expected = Scores(model);

        var found = Enumerable.Range(0, 4).AsParallel().WithDegreeOfParallelism(4).Select(_ =>
        {
            using var engine = Context.Model.CreatePredictionEngine<Letter, Scored>(
                model, new PredictionEngineOptions { OwnsTransformer = false });
            return Letters.Select(letter => engine.Predict(letter).Score[0]).ToArray();
        }).ToArray();

        Assert.All(found, scores => Assert.All(scores.Zip(expected), pair => Assert.Equal(pair.Second[0], pair.First, 1e-5)));
    }

    private float[][] Scores(ITransformer model) => [.. model.Transform(Data).GetColumn<float[]>("Score")];

    private sealed class Both
    {
        [KeyType(2)]
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }

    private sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }
}
