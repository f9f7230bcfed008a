namespace PeftIntegrations.MLNet;

/// <summary>The entities in each text.</summary>
[RegisteredAs("named-entities")]
internal sealed record NamedEntitiesTask : RowTask
{
    /// <summary>The tags.</summary>
    public required LabelSet Tags { get; init; }

    /// <summary>The column of tags.</summary>
    public required string PredictedLabel { get; init; }

    /// <summary>The column of entities, and what the names of those beside it begin with.</summary>
    public required string Entity { get; init; }

    public override IReadOnlyList<OutputColumn> Outputs =>
    [
        new OutputColumn<TaggedRow, VBuffer<uint>>(
            PredictedLabel, new VectorDataViewType(Tags.Key),
            (TaggedRow row, ref VBuffer<uint> value) => Vectors.Write(Keys(row), ref value), Tags.Values("KeyValues")),
        new OutputColumn<TaggedRow, VBuffer<ReadOnlyMemory<char>>>(
            Entity, new VectorDataViewType(TextDataViewType.Instance),
            (TaggedRow row, ref VBuffer<ReadOnlyMemory<char>> value) => Vectors.Write(row.EntityTexts, ref value)),
        new OutputColumn<TaggedRow, VBuffer<ReadOnlyMemory<char>>>(
            $"{Entity}Type", new VectorDataViewType(TextDataViewType.Instance),
            (TaggedRow row, ref VBuffer<ReadOnlyMemory<char>> value) => Vectors.Write(row.EntityTypes, ref value)),
        new OutputColumn<TaggedRow, VBuffer<int>>(
            $"{Entity}Start", new VectorDataViewType(NumberDataViewType.Int32),
            (TaggedRow row, ref VBuffer<int> value) => Vectors.Write(row.EntityStarts, ref value)),
        new OutputColumn<TaggedRow, VBuffer<int>>(
            $"{Entity}End", new VectorDataViewType(NumberDataViewType.Int32),
            (TaggedRow row, ref VBuffer<int> value) => Vectors.Write(row.EntityEnds, ref value)),
    ];

    public override Carrier Carrier
    {
        get
        {
            CarriedColumn[] columns =
            [
                new KeyColumn(FoundEntities.LabelName, PredictedLabel, Tags), new CopiedColumn(FoundEntities.EntityName, Entity),
                new CopiedColumn(FoundEntities.TypeName, $"{Entity}Type"), new CopiedColumn(FoundEntities.StartName, $"{Entity}Start"),
                new CopiedColumn(FoundEntities.EndName, $"{Entity}End"),
            ];
            return ReadsWords
                ? new Carrier<WordsCarrier, FoundEntities>(EntitiesOfWordsFactory.Contract, EntitiesOfWordsFactory.Map, columns)
                : new Carrier<TextCarrier, FoundEntities>(EntitiesOfTextFactory.Contract, EntitiesOfTextFactory.Map, columns);
        }
    }

    public override PeftModelOptions Fit(PeftModelOptions options) =>
        options with { Head = HeadKind.TokenClassification, Labels = Tags.Names };

    public override PeftTransformer Create(TransformerParts parts) => new PeftNamedEntitiesTransformer(parts);

    public override IReadOnlyList<object> Run(PeftModel model, Composition? adapter, IReadOnlyList<string[]> rows)
    {
        string[] texts = [.. rows.Select(row => string.Join(' ', row))];
        var work = ReadsWords
            ? model.TagAsync([.. rows.Select(row => (IReadOnlyList<string>)row)], adapter, Reading(model))
            : model.TagAsync(texts, adapter, Reading(model));
        return [.. work.GetAwaiter().GetResult().Select((words, row) => new TaggedRow(texts[row], words))];
    }

    private uint[] Keys(TaggedRow row)
    {
        var keys = Tags.Names.Index().ToDictionary(tag => tag.Item, tag => (uint)tag.Index + 1);
        return [.. row.Words.Select(word => keys[word.Tag])];
    }
}
