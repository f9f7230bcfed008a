namespace PeftIntegrations.MLNet.Tests;

public sealed class BadInput : TinyPipelineTests
{
    private PeftTextClassificationOptions Short => Options with { Training = Quick with { MaxSteps = 1 } };

    [Fact]
    public void Of_a_column_that_is_missing_names_those_there_are()
    {
        var estimator = Context.Peft().TextClassification(Short with { Sentence1ColumnName = "Words" });

        var alone = Assert.Throws<ArgumentException>(() => estimator.Fit(Data));
        var chained = Assert.Throws<ArgumentException>(() => Keyed(Short with { Sentence1ColumnName = "Words" }).Fit(Data));
        var label = Assert.Throws<ArgumentException>(() => Alone(Short with { LabelColumnName = "Class" }));
        using var model = Fitted(Short);
        var lacking = Context.Data.LoadFromEnumerable([new { Id = 1 }]);
        var later = Assert.Throws<ArgumentException>(() => model.LastTransformer.Transform(lacking));

        Assert.All(
            [alone, chained], e => Assert.Contains("no column 'Words'. There are Id, Text, Label", e.Message, StringComparison.Ordinal));
        Assert.Contains("no column 'Class'", label.Message, StringComparison.Ordinal);
        Assert.Contains("LabelColumnName", label.Message, StringComparison.Ordinal);
        Assert.Contains("no column 'Text'. There are Id", later.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_column_that_holds_something_else_says_what_it_holds()
    {
        var alone = Assert.Throws<ArgumentException>(() => Alone(Short with { Sentence1ColumnName = "Id" }));
        var chained = Assert.Throws<ArgumentException>(() => Keyed(Short with { Sentence1ColumnName = "Id" }).Fit(Data));

        Assert.All([alone, chained], e => Assert.Contains("Column 'Id' holds Int32", e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_a_label_that_is_no_key_says_how_to_make_it_one()
    {
        var alone = Assert.Throws<ArgumentException>(() => Alone(Short with { LabelColumnName = "Id" }));
        var truth = Assert.Throws<ArgumentException>(() => Context.Peft().BinaryTextClassification(BaseModel, "Label", "Text").Fit(Data));
        var number = Assert.Throws<ArgumentException>(() => Context.Peft().TextRegression(BaseModel, "Label", "Text").Fit(Data));
        var tags = Assert.Throws<ArgumentException>(() => Context.Peft().NamedEntities(BaseModel, "Label", "Text").Fit(Data));

        const string key = "'Id' holds Int32. Make it a key with mlContext.Transforms.Conversion.MapValueToKey";
        Assert.Contains(key, alone.Message, StringComparison.Ordinal);
        Assert.Contains("DataKind.Boolean", truth.Message, StringComparison.Ordinal);
        Assert.Contains("DataKind.Single", number.Message, StringComparison.Ordinal);
        Assert.Contains("a key for each word", tags.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_one_class_or_no_row_is_refused()
    {
        var one = Context.Data.FilterByCustomPredicate<Letter>(Data, row => row.Label != "low");
        var none = Context.Data.FilterByCustomPredicate<Letter>(Data, _ => true);
        var blank = Context.Data.LoadFromEnumerable([new Letter { Text = " ", Label = "low" }, new Letter { Text = "a", Label = "" }]);

        var single = Assert.Throws<ArgumentException>(() => Keyed(Short).Fit(one));
        var empty = Assert.Throws<ArgumentException>(() => Context.Peft().TextClassification(Short).Fit(none));
        var useless = Assert.Throws<ArgumentException>(() => Context.Peft().TextClassification(Short).Fit(blank));

        Assert.Contains("All 4 rows are of one class, 'low'", single.Message, StringComparison.Ordinal);
        Assert.Contains("The data has no row", empty.Message, StringComparison.Ordinal);
        Assert.Contains("None of the 2 rows has both a text and a label", useless.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_rows_without_text_or_label_is_left_out_with_a_warning()
    {
        var said = new List<string>();
        Context.Log += (_, e) => said.Add($"{e.Source} {e.Kind} {e.RawMessage}");
        Letter[] rows = [.. Letters, new() { Text = null!, Label = "low" }, new() { Text = "a", Label = null! }];

        using var model = Context.Peft().TextClassification(Short).Fit(Context.Data.LoadFromEnumerable(rows));

        Assert.Equal(["low", "high"], model.Labels);
        Assert.Contains(said, line => line.Contains("Warning 2 of 10 rows have no text or no label", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_odd_texts_is_answered()
    {
        using var model = Fitted(Short);
        string?[] odd = [null, "", new string('a', 50_000), "😀 👩‍👩‍👧", "a\ud83d", "\ude00b", "\0\u0001", "مرحبا", "a\r\nb\tc"];

        var scored = model.LastTransformer.Transform(Context.Data.LoadFromEnumerable(odd.Select(text => new { Text = text! })));

        Assert.All(scored.GetColumn<float[]>("Score"), score => Assert.Equal(1, score.Sum(), 1e-4));
    }

    [Fact]
    public void Of_long_texts_is_cut_where_the_options_say()
    {
        using var model = Fitted(Short with { MaxLength = 4 });
        var view = Context.Data.LoadFromEnumerable([new { Text = "a b" }, new { Text = "a b z z z z" }]);

        var scores = model.LastTransformer.Transform(view).GetColumn<float[]>("Score").Select(score => score[0]).ToArray();

        Assert.Equal(scores[0], scores[1], 1e-5);
    }

    [Fact]
    public void Of_too_many_classes_is_refused_before_training()
    {
        var rows = Enumerable.Range(0, 5000).Select(i => new Letter { Text = "a", Label = $"{i}" }).ToArray();
        var data = Context.Data.LoadFromEnumerable(rows);

        var keys = Assert.Throws<ArgumentException>(() => Keyed(Short).Fit(data));
        var texts = Assert.Throws<ArgumentException>(() => Context.Peft().TextClassification(Short).Fit(data));

        Assert.All(
            [keys, texts], e => Assert.Contains("5000 classes, and a model of ML.NET carries 4096", e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_a_base_model_is_refused_with_the_way_out()
    {
        var absent = Assert.Throws<FileNotFoundException>(() => Keyed(Short with { BaseModel = Place("nothing") }).Fit(Data));
        var encoder = Assert.ThrowsAny<Exception>(() => Context.Peft().GenerateText(BaseModel, inputColumnName: "Text").Fit(Data));
        var unheard = new Dictionary<string, double> { ["mid"] = 2 };
        var weights = Assert.Throws<ArgumentException>(() => Keyed(Short with { ClassWeights = unheard }).Fit(Data));

        Assert.Contains("There is no model at", absent.Message, StringComparison.Ordinal);
        Assert.Contains("Take a decoder", encoder.Message, StringComparison.Ordinal);
        Assert.Contains("ClassWeights names 'mid', and the classes are low, high", weights.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void That_cancels_a_fit_throws_or_keeps_what_there_is()
    {
        using var stop = new CancellationTokenSource();
        var progress = new Stopper(stop, after: 3);
        var options = Options with { CancellationToken = stop.Token, Progress = progress };

        var e = Assert.Throws<OperationCanceledException>(() => Keyed(options).Fit(Data));
        using var again = new CancellationTokenSource();
        var keeping = Options with { CancellationToken = again.Token, Progress = new Stopper(again, after: 3), KeepWhenCancelled = true };
        using var model = Fitted(keeping);
        var before = Assert.ThrowsAny<OperationCanceledException>(() => Keyed(options with { KeepWhenCancelled = true }).Fit(Data));

        Assert.Contains("after 3 steps", e.Message, StringComparison.Ordinal);
        Assert.Contains("KeepWhenCancelled", e.Message, StringComparison.Ordinal);
        Assert.Null(model.LastTransformer.Training);
        Assert.Equal(Letters.Length, model.Transform(Data).GetColumn<float[]>("Score").Count());
        Assert.NotNull(before);
    }

    [Fact]
    public void Of_two_fits_at_once_on_one_estimator_makes_two_models()
    {
        var pipeline = Context.Transforms.Conversion.MapValueToKey("Label").Append(Context.Peft().TextClassification(Short));

        var models = Enumerable.Range(0, 2).AsParallel().WithDegreeOfParallelism(2).Select(_ => pipeline.Fit(Data)).ToArray();

        Assert.NotEqual(models[0].LastTransformer.AdapterName, models[1].LastTransformer.AdapterName);
        Assert.All(models, model => Assert.Equal(Letters.Length, model.Transform(Data).GetColumn<float[]>("Score").Count()));
        foreach (var model in models) model.Dispose();
    }

    private PeftTextClassificationTransformer Alone(PeftTextClassificationOptions options) =>
        Context.Peft().TextClassification(options).Fit(Data);

    private sealed class Stopper(CancellationTokenSource stop, int after) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == after) stop.Cancel();
        }
    }
}
