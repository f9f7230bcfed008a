namespace PeftIntegrations.Training;

/// <summary>Texts that belong together, a group a row, each with as many texts; perhaps with a number, how alike they are.</summary>
/// <param name="groups">The texts of each row.</param>
/// <param name="numbers">A number for each row; null where the objective reads none.</param>
public sealed class GroupRows(IReadOnlyList<EncodedText[]> groups, IReadOnlyList<float>? numbers = null) : ITrainingRows
{
    /// <inheritdoc/>
    public int Count => groups.Count;

    /// <inheritdoc/>
    public int TokensOf(int row) => groups[row].Sum(text => text.Length);

    /// <inheritdoc/>
    public IEnumerable<int> NumbersOf(int row) =>
    [
        .. groups[row].SelectMany(text => (int[])[text.Length, .. text.Ids, .. text.TypeIds ?? []]),
        BitConverter.SingleToInt32Bits(NumberOf(row)),
    ];

    /// <inheritdoc/>
    public TrainingBatch Batch(IReadOnlyList<int> rows, Device device)
    {
        var texts = Enumerable.Range(0, groups[rows[0]].Length).SelectMany(text => rows.Select(row => groups[row][text]));
        return new(EncodedRows.Tokens([.. texts], device), tensor(rows.Select(NumberOf).ToArray(), device: device)); // [texts · batch, seq]
    }

    private float NumberOf(int row) => numbers?[row] ?? 0;
}
