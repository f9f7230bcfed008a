namespace PeftIntegrations.MLNet;

/// <summary>A continuation of each prompt.</summary>
[RegisteredAs("text-generation")]
internal sealed record TextGenerationTask : RowTask
{
    /// <summary>The column of continuations.</summary>
    public required string Output { get; init; }

    /// <summary>How tokens are chosen and when to stop.</summary>
    public required GenerationOptions Generation { get; init; }

    public override IReadOnlyList<OutputColumn> Outputs =>
    [
        new OutputColumn<GeneratedText, ReadOnlyMemory<char>>(
            Output, TextDataViewType.Instance, (GeneratedText row, ref ReadOnlyMemory<char> value) => value = row.Text.AsMemory()),
    ];

    public override Carrier Carrier => new Carrier<TextCarrier, WrittenText>(
        WrittenTextFactory.Contract, WrittenTextFactory.Map, new CopiedColumn(WrittenText.TextName, Output));

    public override PeftModelOptions Fit(PeftModelOptions options) => options with { Head = HeadKind.CausalLanguageModel };

    public override PeftTransformer Create(TransformerParts parts) => new PeftTextGenerationTransformer(parts);

    // One batch computes until its last text ends, so prompts of like length go together and no batch grows with the window.
    public override IReadOnlyList<object> Run(PeftModel model, Composition? adapter, IReadOnlyList<string[]> rows)
    {
        var texts = new object[rows.Count];
        var options = Generation with { Adapter = adapter };
        foreach (var places in Enumerable.Range(0, rows.Count).OrderBy(row => rows[row][0].Length).Chunk(BatchSize))
        {
            var written = model.CompleteAsync([.. places.Select(place => rows[place][0])], options).GetAwaiter().GetResult();
            foreach (var (index, place) in places.Index()) texts[place] = written[index];
        }

        return texts;
    }
}
