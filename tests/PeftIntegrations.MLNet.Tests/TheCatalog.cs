using PeftIntegrations.Inference;

namespace PeftIntegrations.MLNet.Tests;

public sealed class TheCatalog : TinyPipelineTests
{
    private static readonly Row[] Rows =
    [
        new() { Text = "a aa", Other = "b", Label = "low", Number = 1, Truth = true, Words = ["a", "b"], Tags = ["B-x", "O"] },
        new() { Text = "z", Other = "z zz", Label = "high", Number = 2, Words = ["z"], Tags = ["O"] },
    ];

    private static readonly Dictionary<string, Func<PeftCatalog, string, IEstimator<ITransformer>>> Short = new()
    {
        ["TextClassification"] = (peft, model) => peft.TextClassification(model, "Label", "Text"),
        ["BinaryTextClassification"] = (peft, model) => peft.BinaryTextClassification(model, "Truth", "Text"),
        ["TextRegression"] = (peft, model) => peft.TextRegression(model, "Number", "Text"),
        ["SentenceSimilarity"] = (peft, model) => peft.SentenceSimilarity(model, "Number", "Text", "Other"),
        ["NamedEntities"] = (peft, model) => peft.NamedEntities(model, "Tags", "Words"),
        ["NamedEntities of texts"] = (peft, model) => peft.NamedEntities(model, "Tags", "Text"),
        ["EmbedText"] = (peft, model) => peft.EmbedText(model, "Vector", "Text"),
        ["GenerateText"] = (peft, model) => peft.GenerateText(model, "Said", "Text", new GenerationOptions { MaxNewTokens = 2 }),
    };

    public static TheoryData<string> Names => [.. Short.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Promises_for_every_task_the_columns_that_come(string name)
    {
        var tagged = Rows.Select(row => new Row { Text = string.Join(' ', row.Words), Tags = row.Tags });
        var data = Context.Data.LoadFromEnumerable(name == "NamedEntities of texts" ? [.. tagged] : Rows);
        var model = name == "GenerateText" ? TinyModelFolder.WriteLlama(Place("llama")) : BaseModel;
        var estimator = Short[name](Context.Peft(), model);

        var promised = ShapeAfter(estimator, data);
        using var fitted = (IDisposable)estimator.Fit(data);
        var given = ((ITransformer)fitted).Transform(data);

        Assert.Equal(promised.Select(column => column.Name).Order(), given.Schema.Select(column => column.Name).Distinct().Order());
        Assert.All(promised, column => AssertIs(column, given.Schema[column.Name]));
        Assert.Equal(2, given.Preview().RowView.Length);
    }

    private static void AssertIs(SchemaShape.Column promised, DataViewSchema.Column given)
    {
        var vector = given.Type as VectorDataViewType;
        var item = vector?.ItemType ?? given.Type;
        var kind = vector is null ? SchemaShape.Column.VectorKind.Scalar
            : vector.IsKnownSize ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.VariableVector;
        Assert.Equal((given.Name, kind, item is KeyDataViewType), (promised.Name, promised.Kind, promised.IsKey));
        Assert.Equal(item.RawType, promised.ItemType.RawType);
        Assert.Equal(promised.Annotations.Select(said => said.Name).Order(), given.Annotations.Schema.Select(said => said.Name).Order());
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public string Other { get; set; } = "";

        public string Label { get; set; } = "";

        public float Number { get; set; }

        public bool Truth { get; set; }

        public string[] Words { get; set; } = [];

        public string[] Tags { get; set; } = [];
    }
}
