namespace PeftIntegrations.MLNet;

/// <summary>The key under which a plain saved model's one-row table holds its state: every row needs one to look it up.</summary>
internal sealed class StateKey
{
    /// <summary>The key's column.</summary>
    public const string KeyName = "__peft_key";

    /// <summary>The state's column.</summary>
    public const string StateName = "__peft_state";

    /// <summary>The only key.</summary>
    public const int Only = 1;

    /// <summary>The key.</summary>
    [ColumnName(KeyName)]
    public int Key { get; set; }
}

/// <summary>Gives every row the key.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class StateKeyFactory : CustomMappingFactory<NoColumns, StateKey>
{
    public const string Contract = "PeftIntegrations.StateKey.v1";

    public override Action<NoColumns, StateKey> GetMapping() => Map;

    public static void Map(NoColumns from, StateKey to) => to.Key = StateKey.Only;
}
