namespace PeftIntegrations.Training;

/// <summary>Sequences that share rows: each sees itself alone, and learns what it learns in a row of its own.</summary>
/// <param name="sequences">The sequences.</param>
/// <param name="rows">The sequences of each row, as <see cref="Packing.Rows"/> gives them.</param>
public sealed class PackedRows(IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int[]> rows) : ITrainingRows
{
    private readonly SequenceRows _joined = new([.. rows.Select(row => new TokenSequence(
        [.. row.SelectMany(one => sequences[one].Ids)], [.. row.SelectMany(one => sequences[one].Labels)]))]);

    /// <inheritdoc/>
    public int Count => rows.Count;

    /// <summary>Rows of what a run trains on.</summary>
    /// <param name="data">What it trains on.</param>
    /// <param name="options">How; with <see cref="TrainingOptions.Packing"/>.</param>
    /// <param name="maxPositions">The longest text that the model reads.</param>
    /// <exception cref="ArgumentException">The data are no sequences, or longer than a row.</exception>
    public static ITrainingRows Of(ITrainingRows data, TrainingOptions options, int maxPositions)
    {
        if (options.Packing is not { } packing) return data;
        if (data is not SequenceRows { Sequences: var sequences })
        {
            throw new ArgumentException(
                $"{nameof(options.Packing)} is set, and {data.GetType().Name} are not learnt token by token, so they cannot share a row. "
                + $"Leave it null; {nameof(options.GroupByLength)} saves padding there.", nameof(data));
        }

        var length = packing.Length ?? options.Rows(maxPositions).MaxLength;
        int[] lengths = [.. sequences.Select(sequence => sequence.Length)];
        return new PackedRows(sequences, packing.Rows(lengths, length, options.Shuffle ? options.Seed : null));
    }

    /// <inheritdoc/>
    public int TokensOf(int row) => _joined.TokensOf(row);

    /// <inheritdoc/>
    public IEnumerable<int> NumbersOf(int row) => [.. LengthsOf(row), .. _joined.NumbersOf(row)];

    /// <inheritdoc/>
    public TrainingBatch Batch(IReadOnlyList<int> rows, Device device)
    {
        var batch = _joined.Batch(rows, device);
        var documents = new PackedDocuments([.. rows.Select(row => (int[])[.. LengthsOf(row)])]);
        return batch with { Tokens = batch.Tokens with { Documents = documents } };
    }

    private IEnumerable<int> LengthsOf(int row) => rows[row].Select(one => sequences[one].Length);
}
