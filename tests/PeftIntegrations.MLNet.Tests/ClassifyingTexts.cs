namespace PeftIntegrations.MLNet.Tests;

public sealed class ClassifyingTexts : TinyPipelineTests
{
    [Fact]
    public void Learns_the_labels_and_gives_probabilities()
    {
        using var model = Fitted();

        var scored = model.Transform(Data);
        var metrics = Context.MulticlassClassification.Evaluate(scored);

        Assert.Equal(1, metrics.MicroAccuracy);
        Assert.All(scored.GetColumn<float[]>("Score"), row => Assert.Equal(1, row.Sum(), 1e-5));
        Assert.Equal(["low", "high"], model.LastTransformer.Labels);
        Assert.NotNull(model.LastTransformer.Training);
    }

    [Fact]
    public void Answers_one_row_at_a_time_as_it_does_many()
    {
        using var model = Fitted();
        var mapped = model.Append(Context.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(model.Transform(Data)));
        using var engine = Context.Model.CreatePredictionEngine<Letter, Told>(mapped);

        var many = model.Transform(Data).GetColumn<float[]>("Score").ToArray();
        Told[] alone = [.. Letters.Select(engine.Predict)];

        Assert.Equal(Letters.Select(letter => letter.Label), alone.Select(told => told.PredictedLabel));
        Assert.All(many.Zip(alone), pair => Assert.All(pair.First.Zip(pair.Second.Score), p => Assert.Equal(p.First, p.Second, 1e-5)));
    }

    [Fact]
    public void Goes_through_a_plain_save_and_load()
    {
        using var model = Fitted();
        var before = model.Transform(Data).GetColumn<float[]>("Score").ToArray();
        Context.Model.Save(model, Data.Schema, Place("model.zip"));

        var other = new MLContext();
        var loaded = other.Model.Load(Place("model.zip"), out var schema);
        var scored = loaded.Transform(Data);

        Assert.Equal(["Id", "Text", "Label"], schema.Select(column => column.Name));
        Assert.Equal(1, other.MulticlassClassification.Evaluate(scored).MicroAccuracy);
        Assert.All(before.Zip(scored.GetColumn<float[]>("Score")), pair => Assert.Equal(pair.First[0], pair.Second[0], 1e-5));
    }
}
