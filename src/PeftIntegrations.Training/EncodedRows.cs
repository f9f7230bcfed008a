namespace PeftIntegrations.Training;

/// <summary>Texts that are read whole, each with something to learn.</summary>
/// <param name="texts">The texts.</param>
public abstract class EncodedRows(IReadOnlyList<EncodedText> texts) : ITrainingRows
{
    /// <inheritdoc/>
    public int Count => texts.Count;

    /// <inheritdoc/>
    public int TokensOf(int row) => texts[row].Length;

    /// <inheritdoc/>
    public IEnumerable<int> NumbersOf(int row) => [.. texts[row].Ids, .. texts[row].TypeIds ?? [], .. LabelNumbersOf(row)];

    /// <inheritdoc/>
    public TrainingBatch Batch(IReadOnlyList<int> rows, Device device) =>
        new(Tokens([.. rows.Select(row => texts[row])], device), Labels(rows, device));

    /// <summary>Texts as a model reads them, padded on the right to the longest.</summary>
    internal static TokenBatch Tokens(IReadOnlyList<EncodedText> texts, Device device)
    {
        var batch = Data.Padding.TextsToLongest(texts, paddingId: 0);
        return TokenBatch.From((batch.Rows, batch.Length), batch.Ids, batch.Mask, batch.TypeIds, device);
    }

    /// <summary>What is to be learnt of some rows.</summary>
    protected abstract Tensor Labels(IReadOnlyList<int> rows, Device device);

    /// <summary>The same of one row as numbers to know it by.</summary>
    protected abstract IEnumerable<int> LabelNumbersOf(int row);
}
