namespace PeftIntegrations.MLNet;

/// <summary>One class of several for each text.</summary>
[RegisteredAs("text-classification")]
internal sealed record TextClassificationTask : RowTask
{
    /// <summary>The classes.</summary>
    public required LabelSet Labels { get; init; }

    /// <summary>The column of probabilities.</summary>
    public required string Score { get; init; }

    /// <summary>The column of the most probable class.</summary>
    public required string PredictedLabel { get; init; }

    public override IReadOnlyList<OutputColumn> Outputs =>
    [
        new OutputColumn<ClassifiedText, uint>(
            PredictedLabel, Labels.Key, (ClassifiedText row, ref uint value) => value = (uint)Best(row) + 1,
            [Labels.Values("KeyValues"), .. ColumnKinds.Of(ColumnKinds.Multiclass, "PredictedLabel")]),
        new OutputColumn<ClassifiedText, VBuffer<float>>(
            Score, new VectorDataViewType(NumberDataViewType.Single, Labels.Names.Count),
            (ClassifiedText row, ref VBuffer<float> value) => Vectors.Write(row.Scores, ref value),
            [Labels.NamesAs("SlotNames"), Labels.Values("TrainingLabelValues"), .. ColumnKinds.Of(ColumnKinds.Multiclass, "Score")]),
    ];

    public override Carrier Carrier => Labels.Names.Count <= ScoredLabel.Most
        ? new Carrier<TextCarrier, ScoredLabel>(ScoredLabelFactory.Contract, ScoredLabelFactory.Map, [.. Carried(ScoredLabel.Most)])
        : new Carrier<TextCarrier, ManyScoredLabel>(
            ManyScoredLabelFactory.Contract, ManyScoredLabelFactory.Map, [.. Carried(ManyScoredLabel.Most)]);

    public override PeftModelOptions Fit(PeftModelOptions options) =>
        options with { Head = HeadKind.Classification, Labels = Labels.Names, Problem = ProblemKind.SingleLabel };

    public override PeftTransformer Create(TransformerParts parts) => new PeftTextClassificationTransformer(parts);

    public override IReadOnlyList<object> Run(PeftModel model, Composition? adapter, IReadOnlyList<string[]> rows) =>
        PairedTexts.Classify(model, adapter, rows, Reading(model));

    private IEnumerable<CarriedColumn> Carried(int most) =>
    [
        new KeyColumn(ScoredLabel.LabelName, PredictedLabel, Labels),
        new CutColumn(ScoredLabel.ScoreName, Score, Labels.Names.Count, most),
    ];

    private static int Best(ClassifiedText row)
    {
        var best = 0;
        for (var i = 1; i < row.Scores.Count; i++) best = row.Scores[i] > row.Scores[best] ? i : best;
        return best;
    }
}
