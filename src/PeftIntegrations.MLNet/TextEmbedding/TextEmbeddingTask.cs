namespace PeftIntegrations.MLNet;

/// <summary>A vector for each text.</summary>
[RegisteredAs("text-embedding")]
internal sealed record TextEmbeddingTask : RowTask
{
    /// <summary>The column of vectors.</summary>
    public required string Output { get; init; }

    /// <summary>The pooling asked for.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>Whether vectors of length 1 are asked for.</summary>
    public bool? Normalised { get; init; }

    /// <summary>How many numbers a vector has; the model knows.</summary>
    public int Size { get; init; } = 1;

    public override IReadOnlyList<OutputColumn> Outputs =>
    [
        new OutputColumn<float[], VBuffer<float>>(
            Output, new VectorDataViewType(NumberDataViewType.Single, Size),
            (float[] row, ref VBuffer<float> value) => Vectors.Write(row, ref value)),
    ];

    public override Carrier Carrier => Size <= TextVector.Most
        ? new Carrier<TextCarrier, TextVector>(
            TextVectorFactory.Contract, TextVectorFactory.Map, new CutColumn(TextVector.VectorName, Output, Size, TextVector.Most))
        : throw new NotSupportedException($"The vectors have {Size} numbers, and a zip of ML.NET carries {TextVector.Most} at most.");

    public override PeftModelOptions Fit(PeftModelOptions options) => options with
    {
        Head = HeadKind.Embedding,
        Pooling = Pooling ?? options.Pooling,
        Normalised = Normalised ?? options.Normalised,
    };

    public override RowTask Of(PeftModel model) => this with { Size = (int)model.Shape.Hidden };

    public override PeftTransformer Create(TransformerParts parts) => new PeftTextEmbeddingTransformer(parts);

    public override IReadOnlyList<object> Run(PeftModel model, Composition? adapter, IReadOnlyList<string[]> rows) =>
        model.Embed([.. rows.Select(row => row[0])], adapter, Reading(model));
}
