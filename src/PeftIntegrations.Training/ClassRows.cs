namespace PeftIntegrations.Training;

/// <summary>Texts, each of which is of one class.</summary>
/// <param name="texts">The texts.</param>
/// <param name="classes">The class of each.</param>
public sealed class ClassRows(IReadOnlyList<EncodedText> texts, IReadOnlyList<int> classes) : ITrainingRows
{
    /// <inheritdoc/>
    public int Count => texts.Count;

    /// <inheritdoc/>
    public int TokensOf(int row) => texts[row].Length;

    /// <inheritdoc/>
    public IEnumerable<int> NumbersOf(int row) => [.. texts[row].Ids, .. texts[row].TypeIds ?? [], classes[row]];

    /// <inheritdoc/>
    public TrainingBatch Batch(IReadOnlyList<int> rows, Device device)
    {
        var batch = Data.Padding.TextsToLongest([.. rows.Select(row => texts[row])], paddingId: 0);
        var tokens = TokenBatch.From((batch.Rows, batch.Length), batch.Ids, batch.Mask, batch.TypeIds, device);
        return new(tokens, tensor(rows.Select(row => (long)classes[row]).ToArray(), device: device));
    }
}
