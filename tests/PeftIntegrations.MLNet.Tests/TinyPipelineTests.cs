using PeftIntegrations.Core;

namespace PeftIntegrations.MLNet.Tests;

/// <summary>A tiny encoder in a folder of its own, and rows that it learns in no time.</summary>
public abstract class TinyPipelineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    static TinyPipelineTests() => TorchRuntime.Threads = 1; // threads would only wait for each other

    protected TinyPipelineTests() => TinyBert.Write(_folder["model"]);

    protected static PeftModelOptions Plain => new() { DType = ScalarType.Float32, Device = "cpu" };

    protected static Lora Small => new() { Rank = 4 };

    protected static TrainingOptions Quick => new() { Epochs = 30, BatchSize = 4, LearningRate = 0.02, Schedule = new ConstantSchedule() };

    /// <summary>Letters of the alphabet's beginning are low, those of its end high.</summary>
    protected static Letter[] Letters => [.. "abcdwxyz".Select(Labelled)];

    protected MLContext Context { get; } = new(seed: 1);

    protected string BaseModel => Place("model");

    protected PeftTextClassificationOptions Options => new()
    {
        BaseModel = BaseModel,
        Model = Plain,
        Method = Small,
        Training = Quick,
        Sentence1ColumnName = "Text",
    };

    protected IDataView Data => Context.Data.LoadFromEnumerable(Letters);

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string Place(string name) => _folder[name];

    protected EstimatorChain<ITransformer> Keyed(PeftTextClassificationOptions? options = null) =>
        Context.Transforms.Conversion.MapValueToKey("Label")
            .Append((IEstimator<ITransformer>)Context.Peft().TextClassification(options ?? Options));

    protected TransformerChain<PeftTextClassificationTransformer> Fitted(PeftTextClassificationOptions? options = null) =>
        Context.Transforms.Conversion.MapValueToKey("Label").Append(Context.Peft().TextClassification(options ?? Options)).Fit(Data);

    /// <summary>What comes out of an estimator, as it is known before anything is fitted.</summary>
    protected static SchemaShape ShapeAfter(IEstimator<ITransformer> estimator, IDataView data)
    {
        SchemaShape? seen = null; // only an estimator can give a shape
        estimator.Append(new Watcher(shape => seen = shape)).Fit(data);
        return seen!;
    }

    private static Letter Labelled(char letter, int id) =>
        new() { Id = id, Text = $"{letter} {letter}{letter}", Label = letter < 'm' ? "low" : "high" };

    protected sealed class Letter
    {
        public int Id { get; set; }

        public string Text { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class Watcher(Action<SchemaShape> see) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema)
        {
            see(inputSchema);
            return inputSchema;
        }
    }

    protected sealed class Told
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
