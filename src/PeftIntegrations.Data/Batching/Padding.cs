namespace PeftIntegrations.Data;

/// <summary>Makes rows one length.</summary>
public static class Padding
{
    /// <summary>Fills every row up to the longest.</summary>
    /// <param name="rows">At least one row.</param>
    /// <param name="paddingId">The id that fills up; masked and not learnt, so any id of the model will do.</param>
    /// <param name="side">Which end is filled up. The right one by default.</param>
    /// <exception cref="ArgumentException">There is no row, or too many tokens for one batch.</exception>
    public static Batch ToLongest(IReadOnlyList<TokenSequence> rows, int paddingId, PaddingSide side = PaddingSide.Right)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var batch = Empty(rows.Count, rows.Select(row => row.Length), paddingId);
        for (var r = 0; r < rows.Count; r++)
        {
            var start = Start(batch, r, rows[r].Length, side);
            Put(rows[r].Ids, batch, start);
            for (var i = 0; i < rows[r].Length; i++) batch.Labels[start + i] = rows[r].Labels[i];
        }

        return batch;
    }

    /// <inheritdoc cref="ToLongest(IReadOnlyList{TokenSequence}, int, PaddingSide)"/>
    /// <remarks>No label is learnt at a token.</remarks>
    public static Batch TextsToLongest(IReadOnlyList<EncodedText> rows, int paddingId, PaddingSide side = PaddingSide.Right)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var batch = Empty(rows.Count, rows.Select(row => row.Length), paddingId);
        if (rows.Any(row => row.TypeIds is not null)) batch = batch with { TypeIds = new long[batch.Ids.Length] };
        for (var r = 0; r < rows.Count; r++)
        {
            var start = Start(batch, r, rows[r].Length, side);
            Put(rows[r].Ids, batch, start);
            for (var i = 0; i < rows[r].TypeIds?.Length; i++) batch.TypeIds![start + i] = rows[r].TypeIds![i];
        }

        return batch;
    }

    private static Batch Empty(int rows, IEnumerable<int> lengths, int paddingId)
    {
        if (rows == 0) throw new ArgumentException("A batch needs at least one row.", nameof(rows));

        var longest = lengths.Max();
        if ((long)rows * longest > Array.MaxLength)
        {
            throw new ArgumentException(
                $"{rows} rows of {longest} tokens are too many for one batch. Use smaller batches or shorter rows.",
                nameof(rows));
        }

        var size = rows * longest;
        var batch = new Batch(new long[size], new long[size], new long[size], rows, longest);
        Array.Fill(batch.Ids, paddingId);
        Array.Fill(batch.Labels, TokenSequence.Unsupervised);
        return batch;
    }

    private static int Start(Batch batch, int row, int length, PaddingSide side) =>
        (row * batch.Length) + (side == PaddingSide.Left ? batch.Length - length : 0);

    private static void Put(int[] ids, Batch batch, int start)
    {
        for (var i = 0; i < ids.Length; i++) (batch.Ids[start + i], batch.Mask[start + i]) = (ids[i], 1);
    }
}
