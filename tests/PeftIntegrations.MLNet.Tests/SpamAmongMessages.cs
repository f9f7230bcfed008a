using System.Text.Json.Nodes;
using PeftIntegrations.Core;

namespace PeftIntegrations.MLNet.Tests;

[Trait("Speed", "Slow")]
public sealed class SpamAmongMessages
{
    private const double HalfAPoint = 0.005;

    [Fact]
    public void Is_found_by_a_pipeline_as_well_as_by_the_peer()
    {
        var known = ReferenceSet.Current.Files("real", "sms-spam.json");
        Assert.SkipUnless(known.Count == 1, "The peer's numbers are not here. Set PEFT_REFERENCE.");
        var facts = JsonNode.Parse(File.ReadAllText(known[0]))!;
        var file = Path.Combine(ReferenceSet.Current.RequireDataset("sms-spam"), "sms-spam.tsv");
        var ml = new MLContext(seed: 0);
        var rows = File.ReadLines(file).Skip(1).Select(Message.Read).ToArray();
        var (train, test) = (rows.Where((_, i) => i % 5 != 0), rows.Where((_, i) => i % 5 == 0).ToArray());
        TorchRuntime.Threads = Environment.ProcessorCount;

        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Peft().TextClassification(AsThePeer()));
        using var model = pipeline.Fit(ml.Data.LoadFromEnumerable(train));
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(ml.Data.LoadFromEnumerable(test)));

        var expected = facts["accuracy"]!.GetValue<double>();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"accuracy {metrics.MicroAccuracy:F4} (the peer's {expected:F4}), {model.LastTransformer.Training!.Elapsed.TotalSeconds:F0} s");
        Assert.Equal(facts["test_rows"]!.GetValue<int>(), test.Length);
        Assert.InRange(metrics.MicroAccuracy, expected - HalfAPoint, 1);
    }

    private static PeftTextClassificationOptions AsThePeer() => new()
    {
        BaseModel = ReferenceSet.Current.RequireModel("all-MiniLM-L6-v2"),
        Model = new() { DType = ScalarType.Float32, Device = "cpu" },
        Method = new Lora { Rank = 8, Alpha = 16, Targets = Targets.Names("query", "value") },
        Training = new()
        {
            Epochs = 1,
            BatchSize = 32,
            LearningRate = 2e-3,
            MaxGradientNorm = null,
            Optimizer = new AdamW { WeightDecay = 0.01 }, // torch's default
        },
        Sentence1ColumnName = "Text",
        MaxLength = 128,
    };

    private sealed class Message
    {
        public string Label { get; set; } = "";

        public string Text { get; set; } = "";

        public static Message Read(string line) => line.Split('\t', 2) is [var label, var text]
            ? new() { Label = label, Text = text }
            : throw new InvalidDataException($"'{line}' is no label and text.");
    }
}
