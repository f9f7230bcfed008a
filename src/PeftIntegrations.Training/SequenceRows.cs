namespace PeftIntegrations.Training;

/// <summary>Sequences whose tokens are learned one by one.</summary>
public sealed class SequenceRows(IReadOnlyList<TokenSequence> sequences) : ITrainingRows
{
    /// <summary>The sequences, a row each.</summary>
    public IReadOnlyList<TokenSequence> Sequences => sequences;

    /// <inheritdoc/>
    public int Count => sequences.Count;

    /// <inheritdoc/>
    public int TokensOf(int row) => sequences[row].Length;

    /// <inheritdoc/>
    public IEnumerable<int> NumbersOf(int row) => [.. sequences[row].Ids, .. sequences[row].Labels];

    /// <inheritdoc/>
    public TrainingBatch Batch(IReadOnlyList<int> rows, Device device)
    {
        var batch = Data.Padding.ToLongest([.. rows.Select(row => sequences[row])], paddingId: 0);
        var tokens = TokenBatch.From((batch.Rows, batch.Length), batch.Ids, batch.Mask, batch.TypeIds, device);
        return new(tokens, tensor(batch.Labels, [batch.Rows, batch.Length], device: device));
    }
}
