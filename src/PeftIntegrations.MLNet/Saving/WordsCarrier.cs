namespace PeftIntegrations.MLNet;

/// <summary>What the mapping of a plain saved model reads, where rows are words.</summary>
internal sealed class WordsCarrier
{
    /// <summary>The words' column.</summary>
    public const string WordsName = "__peft_words";

    /// <summary>The words.</summary>
    [ColumnName(WordsName), VectorType]
    public VBuffer<ReadOnlyMemory<char>> Words { get; set; }

    /// <summary>All that the task needs.</summary>
    [ColumnName(StateKey.StateName)]
    public ReadOnlyMemory<char> State { get; set; }

    /// <summary>What the model says of the row.</summary>
    public T Run<T>() => (T)RevivedTask.Of(State).Run([.. Words.DenseValues().Select(word => word.ToString())]);
}
