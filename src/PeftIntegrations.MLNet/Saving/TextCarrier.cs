namespace PeftIntegrations.MLNet;

/// <summary>What the mapping of a plain saved model reads.</summary>
internal sealed class TextCarrier
{
    /// <summary>The text's column.</summary>
    public const string TextName = "__peft_text";

    /// <summary>The second text's column.</summary>
    public const string PairName = "__peft_pair";

    /// <summary>The text.</summary>
    [ColumnName(TextName)]
    public ReadOnlyMemory<char> Text { get; set; }

    /// <summary>The second text; the first once more, where the task reads one.</summary>
    [ColumnName(PairName)]
    public ReadOnlyMemory<char> Pair { get; set; }

    /// <summary>All that the task needs.</summary>
    [ColumnName(StateKey.StateName)]
    public ReadOnlyMemory<char> State { get; set; }

    /// <summary>What the model says of the row.</summary>
    public T Run<T>() => (T)RevivedTask.Of(State).Run([Text.ToString(), Pair.ToString()]);
}
