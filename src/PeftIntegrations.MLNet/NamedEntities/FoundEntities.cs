namespace PeftIntegrations.MLNet;

/// <summary>What the mapping of a plain saved finder of entities gives.</summary>
internal sealed class FoundEntities
{
    public const string LabelName = "__peft_label", EntityName = "__peft_entity", TypeName = "__peft_type";
    public const string StartName = "__peft_start", EndName = "__peft_end";

    [ColumnName(LabelName), VectorType]
    public VBuffer<ReadOnlyMemory<char>> Label { get; set; }

    [ColumnName(EntityName), VectorType]
    public VBuffer<ReadOnlyMemory<char>> Entity { get; set; }

    [ColumnName(TypeName), VectorType]
    public VBuffer<ReadOnlyMemory<char>> Type { get; set; }

    [ColumnName(StartName), VectorType]
    public VBuffer<int> Start { get; set; }

    [ColumnName(EndName), VectorType]
    public VBuffer<int> End { get; set; }

    /// <summary>Takes what was found in a row.</summary>
    public void Take(TaggedRow row)
    {
        Label = Whole([.. row.Words.Select(word => word.Tag.AsMemory())]);
        (Entity, Type) = (Whole(row.EntityTexts), Whole(row.EntityTypes));
        (Start, End) = (Whole(row.EntityStarts), Whole(row.EntityEnds));
    }

    private static VBuffer<T> Whole<T>(T[] values) => new(values.Length, values);
}

/// <summary>Revives a finder of entities in texts.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class EntitiesOfTextFactory : CustomMappingFactory<TextCarrier, FoundEntities>
{
    public const string Contract = "PeftIntegrations.NamedEntities.v1";

    public override Action<TextCarrier, FoundEntities> GetMapping() => Map;

    public static void Map(TextCarrier from, FoundEntities to) => to.Take(from.Run<TaggedRow>());
}

/// <summary>Revives a finder of entities among words.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class EntitiesOfWordsFactory : CustomMappingFactory<WordsCarrier, FoundEntities>
{
    public const string Contract = "PeftIntegrations.NamedEntitiesOfWords.v1";

    public override Action<WordsCarrier, FoundEntities> GetMapping() => Map;

    public static void Map(WordsCarrier from, FoundEntities to) => to.Take(from.Run<TaggedRow>());
}
