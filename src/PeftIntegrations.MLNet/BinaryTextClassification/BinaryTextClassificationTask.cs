namespace PeftIntegrations.MLNet;

/// <summary>True or false for each text.</summary>
[RegisteredAs("binary-text-classification")]
internal sealed record BinaryTextClassificationTask : RowTask
{
    private const float Least = 1e-7f; // what fp32 tells apart from nothing, so that a score is finite

    /// <summary>The names of false and true: an adapter from elsewhere may call them otherwise.</summary>
    public IReadOnlyList<string> Names { get; init; } = LabelSet.OfTruth.Names;

    /// <summary>The column of scores.</summary>
    public required string Score { get; init; }

    /// <summary>The column of probabilities.</summary>
    public required string Probability { get; init; }

    /// <summary>The column of the likelier one.</summary>
    public required string PredictedLabel { get; init; }

    public override IReadOnlyList<OutputColumn> Outputs =>
    [
        new OutputColumn<ClassifiedText, bool>(
            PredictedLabel, BooleanDataViewType.Instance, (ClassifiedText row, ref bool value) => value = IsTrue(row),
            [.. ColumnKinds.Of(ColumnKinds.Binary, "PredictedLabel")]),
        new OutputColumn<ClassifiedText, float>(
            Score, NumberDataViewType.Single, (ClassifiedText row, ref float value) => value = Margin(row),
            [.. ColumnKinds.Of(ColumnKinds.Binary, "Score")]),
        new OutputColumn<ClassifiedText, float>(
            Probability, NumberDataViewType.Single, (ClassifiedText row, ref float value) => value = row.Scores[1],
            [.. ColumnKinds.Of(ColumnKinds.Binary, "Probability")]),
    ];

    public override Carrier Carrier => new Carrier<TextCarrier, ScoredTruth>(
        ScoredTruthFactory.Contract, ScoredTruthFactory.Map, new CopiedColumn(ScoredTruth.LabelName, PredictedLabel),
        new CopiedColumn(ScoredTruth.ScoreName, Score), new CopiedColumn(ScoredTruth.ProbabilityName, Probability));

    public override PeftModelOptions Fit(PeftModelOptions options) =>
        options with { Head = HeadKind.Classification, Labels = Names, Problem = ProblemKind.SingleLabel };

    public override PeftTransformer Create(TransformerParts parts) => new PeftBinaryTextClassificationTransformer(parts);

    public override IReadOnlyList<object> Run(PeftModel model, Composition? adapter, IReadOnlyList<string[]> rows) =>
        PairedTexts.Classify(model, adapter, rows, Reading(model));

    /// <summary>Whether the second score is the higher one.</summary>
    public static bool IsTrue(ClassifiedText row) => row.Scores[1] > row.Scores[0];

    /// <summary>log(p / (1 − p)).</summary>
    public static float Margin(ClassifiedText row) => MathF.Log(Math.Max(row.Scores[1], Least) / Math.Max(row.Scores[0], Least));
}
