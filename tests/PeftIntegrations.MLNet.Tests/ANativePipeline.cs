using Microsoft.ML.Transforms;

namespace PeftIntegrations.MLNet.Tests;

/// <summary>Whatever a caller does with a native trainer works the same with ours.</summary>
public sealed class ANativePipeline : TinyPipelineTests
{
    private const string Native = "SDCA", Ours = "PEFT";

    public static TheoryData<string> Both => [Native, Ours];

    [Theory, MemberData(nameof(Both))]
    public void Evaluates_and_draws_a_confusion_matrix(string trainer)
    {
        var model = Pipeline(trainer).Fit(Data);

        var metrics = Context.MulticlassClassification.Evaluate(model.Transform(Data));
        var table = metrics.ConfusionMatrix.GetFormattedConfusionTable();

        Assert.Equal(1, metrics.MicroAccuracy);
        Assert.InRange(metrics.LogLoss, 0, 0.7);
        Assert.Contains("low", table, StringComparison.Ordinal); // the names come by the score's slots or the label's keys
        Assert.Equal(4, metrics.ConfusionMatrix.Counts[0][0]);
    }

    [Theory, MemberData(nameof(Both))]
    public void Cross_validates(string trainer)
    {
        var many = Enumerable.Range(0, 6).SelectMany(
            i => Letters.Select(x => new Letter { Text = $"{x.Text} {(char)('m' + i)}", Label = x.Label }));
        var data = Context.Data.LoadFromEnumerable(many.ToArray()); // enough for both classes in each fold

        var results = Context.MulticlassClassification.CrossValidate(data, Pipeline(trainer, steps: 3), numberOfFolds: 2);

        Assert.Equal(2, results.Count);
        Assert.All(results, fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0, 1));
        Assert.All(results, fold => Assert.True(fold.ScoredHoldOutSet.GetColumn<uint>("PredictedLabel").Any()));
    }

    [Theory, MemberData(nameof(Both))]
    public void Splits_caches_and_trains(string trainer)
    {
        var split = Context.Data.TrainTestSplit(Data, testFraction: 0.4);
        var keyed = Context.Transforms.Conversion.MapValueToKey("Label").AppendCacheCheckpoint(Context);

        var model = keyed.Append(Trainer(trainer, steps: 3)).Fit(split.TrainSet);
        var scored = model.Transform(split.TestSet);

        Assert.All(scored.GetColumn<float[]>("Score"), score => Assert.Equal(2, score.Length));
    }

    [Theory, MemberData(nameof(Both))]
    public void Gives_the_schema_that_it_said(string trainer)
    {
        var pipeline = Pipeline(trainer, steps: 1).Append(Context.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"));

        var model = pipeline.Fit(Data);
        var schema = model.GetOutputSchema(Data.Schema);
        var preview = model.Transform(Data).Preview(2);

        Assert.Equal("Key<UInt32, 0-1>", $"{schema["PredictedLabel"].Type}");
        Assert.Equal("Vector<Single, 2>", $"{schema["Score"].Type}");
        Assert.Equal("String", $"{schema["Name"].Type}");
        Assert.True(schema["Score"].HasSlotNames());
        Assert.True(schema["PredictedLabel"].HasKeyValues());
        Assert.Equal(ScoreKind(schema), ScoreKind(Pipeline(Native).Fit(Data).GetOutputSchema(Data.Schema)));
        Assert.Equal(schema.Select(column => column.Name), preview.Schema.Select(column => column.Name));
        Assert.Equal(2, preview.RowView.Length);
    }

    [Theory, MemberData(nameof(Both))]
    public void Promises_the_same_shape_before_it_fits(string trainer)
    {
        var keyed = Context.Transforms.Conversion.MapValueToKey("Label");
        var shape = ShapeAfter(keyed.Append(Context.Transforms.Text.FeaturizeText("Features", "Text")), Data);

        var promised = Trainer(trainer).GetOutputSchema(shape);

        var label = promised.Single(column => column.Name == "PredictedLabel");
        var score = promised.Single(column => column.Name == "Score");
        Assert.True(label.IsKey);
        Assert.Contains(label.Annotations, said => said.Name == "KeyValues" && said.ItemType is TextDataViewType);
        Assert.Equal(SchemaShape.Column.VectorKind.Vector, score.Kind);
        Assert.Contains(score.Annotations, said => said.Name == "SlotNames");
    }

    [Theory, MemberData(nameof(Both))]
    public void Enumerates_its_rows(string trainer)
    {
        var model = Pipeline(trainer).Append(Context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(Data);

        var rows = Context.Data.CreateEnumerable<Told>(model.Transform(Data), reuseRowObject: false, ignoreMissingColumns: true).ToArray();

        Assert.Equal(Letters.Select(letter => letter.Label), rows.Select(row => row.PredictedLabel));
        Assert.NotSame(rows[0].Score, rows[1].Score);
    }

    [Theory, MemberData(nameof(Both))]
    public void Predicts_without_the_columns_that_only_training_needs(string trainer)
    {
        var model = Pipeline(trainer).Append(Context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(Data);

        using var engine = Context.Model.CreatePredictionEngine<Unlabelled, Told>(Unlabel(model), ignoreMissingColumns: true);

        Assert.Equal("high", engine.Predict(new() { Text = "z zz" }).PredictedLabel);
    }

    [Theory, MemberData(nameof(Both))]
    public void Stands_between_other_transforms(string trainer)
    {
        var pipeline = Context.Transforms.CopyColumns("Text", "Text").Append(Context.Transforms.Text.NormalizeText("Text"))
            .Append(Pipeline(trainer)).Append(Context.Transforms.Concatenate("Both", "Score", "Score"))
            .Append(Context.Transforms.DropColumns("Score"));

        var scored = pipeline.Fit(Data).Transform(Data);

        Assert.All(scored.GetColumn<float[]>("Both"), both => Assert.Equal(both[..2], both[2..]));
    }

    [Theory, MemberData(nameof(Both))]
    public void Is_read_twice_to_the_same_end(string trainer)
    {
        var scored = Pipeline(trainer).Fit(Data).Transform(Data);

        var (one, two) = (scored.GetColumn<float[]>("Score").ToArray(), scored.GetColumn<float[]>("Score").ToArray());

        Assert.Equal(one.SelectMany(score => score), two.SelectMany(score => score));
    }

    [Theory, MemberData(nameof(Both))]
    public void Is_read_in_parallel_and_shuffled_to_the_same_rows(string trainer)
    {
        var rows = Enumerable.Range(0, 200).Select(i => new Letter { Id = i, Text = Letters[i % 8].Text, Label = Letters[i % 8].Label });
        var scored = Pipeline(trainer, steps: 3).Fit(Data).Transform(Context.Data.LoadFromEnumerable(rows.ToArray()));
        var expected = Read(scored);

        var readers = Enumerable.Range(0, 4).AsParallel().WithDegreeOfParallelism(4).Select(_ => Read(scored)).ToArray();
        var shuffled = Read(Context.Data.ShuffleRows(scored, seed: 1));

        Assert.All(readers, found => Assert.Equal(expected, found));
        Assert.NotEqual(expected.Select(row => row.Id), shuffled.Select(row => row.Id));
        Assert.Equal(expected, shuffled.OrderBy(row => row.Id));

        static (int Id, uint Label)[] Read(IDataView view) =>
            [.. view.GetColumn<int>("Id").Zip(view.GetColumn<uint>("PredictedLabel"))];
    }

    [Theory, MemberData(nameof(Both))]
    public void Is_seen_through_by_those_that_shuffle_a_column(string trainer)
    {
        var model = Pipeline(trainer).Fit(Data);
        var before = Context.MulticlassClassification.Evaluate(model.Transform(Data)).MicroAccuracy;
        var mixed = Letters.Select((letter, i) => new Letter { Text = Letters[(i + 4) % 8].Text, Label = letter.Label });

        var after = Context.MulticlassClassification.Evaluate(model.Transform(Context.Data.LoadFromEnumerable(mixed))).MicroAccuracy;

        Assert.Equal((1, 0), (before, after)); // what permutation importance measures
    }

    [Fact]
    public void Has_no_vector_of_features_whose_slots_native_importance_could_shuffle()
    {
        using var model = Fitted(Options with { Training = Quick with { MaxSteps = 1 } });

        var e = Assert.ThrowsAny<Exception>(
            () => Context.MulticlassClassification.PermutationFeatureImportance(model, model.Transform(Data)));

        Assert.Contains("predictor", e.Message, StringComparison.Ordinal);
        var wanted = typeof(ISingleFeaturePredictionTransformer<>).Name; // we read texts: shuffle a column of them, as above
        Assert.DoesNotContain(model.LastTransformer.GetType().GetInterfaces(), type => type.Name == wanted);
    }

    [Fact]
    public void Gives_the_last_transformer_its_own_type()
    {
        using var model = Fitted(Options with { Training = Quick with { MaxSteps = 1 } });

        Assert.IsType<PeftTextClassificationTransformer>(model.LastTransformer);
        Assert.Equal("Lora", Options.Method.GetType().Name);
        Assert.Single(model.LastTransformer.Training!.Steps);
    }

    private EstimatorChain<ITransformer> Pipeline(string trainer, int? steps = null) =>
        Context.Transforms.Conversion.MapValueToKey("Label").Append(Trainer(trainer, steps));

    private IEstimator<ITransformer> Trainer(string trainer, int? steps = null) => trainer == Ours
        ? Context.Peft().TextClassification(Options with { Training = Quick with { MaxSteps = steps } })
        : Context.Transforms.Text.FeaturizeText("Features", "Text")
            .Append(Context.MulticlassClassification.Trainers.SdcaMaximumEntropy(l2Regularization: 1e-4f));

    // The first link makes keys of labels, and is for training only.
    private static TransformerChain<ITransformer> Unlabel(ITransformer model) =>
        new([.. ((IEnumerable<ITransformer>)model).SelectMany(Links).Where(link => link is not ValueToKeyMappingTransformer)]);

    private static IEnumerable<ITransformer> Links(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Links) : [model];

    private static string ScoreKind(DataViewSchema schema)
    {
        ReadOnlyMemory<char> kind = default;
        schema["Score"].Annotations.GetValue("ScoreColumnKind", ref kind);
        return kind.ToString();
    }

    private sealed class Unlabelled
    {
        public string Text { get; set; } = "";
    }
}
