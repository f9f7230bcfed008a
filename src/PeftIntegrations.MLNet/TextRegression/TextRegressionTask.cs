namespace PeftIntegrations.MLNet;

/// <summary>A number for each text or pair.</summary>
[RegisteredAs("text-regression")]
internal sealed record TextRegressionTask : RowTask
{
    /// <summary>The column of numbers.</summary>
    public required string Score { get; init; }

    public override IReadOnlyList<OutputColumn> Outputs =>
    [
        new OutputColumn<ClassifiedText, float>(
            Score, NumberDataViewType.Single, (ClassifiedText row, ref float value) => value = row.Scores[0],
            [.. ColumnKinds.Of(ColumnKinds.Regression, "Score")]),
    ];

    public override Carrier Carrier => new Carrier<TextCarrier, ScoredNumber>(
        ScoredNumberFactory.Contract, ScoredNumberFactory.Map, new CopiedColumn(ScoredNumber.ScoreName, Score));

    public override PeftModelOptions Fit(PeftModelOptions options) =>
        options with { Head = HeadKind.Classification, Labels = ["score"], Problem = ProblemKind.Regression };

    public override PeftTransformer Create(TransformerParts parts) => new PeftTextRegressionTransformer(parts);

    public override IReadOnlyList<object> Run(PeftModel model, Composition? adapter, IReadOnlyList<string[]> rows) =>
        PairedTexts.Classify(model, adapter, rows, Reading(model));
}
