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
        if (rows.Count == 0) throw new ArgumentException("A batch needs at least one row.", nameof(rows));

        var length = rows.Max(row => row.Length);
        if ((long)rows.Count * length > Array.MaxLength)
        {
            throw new ArgumentException(
                $"{rows.Count} rows of {length} tokens are too many for one batch. Use smaller batches or shorter rows.", nameof(rows));
        }

        var size = rows.Count * length;
        var batch = new Batch(new long[size], new long[size], new long[size], rows.Count, length);
        Array.Fill(batch.Ids, paddingId);
        Array.Fill(batch.Labels, TokenSequence.Unsupervised);
        foreach (var (index, row) in rows.Index())
        {
            var start = (index * length) + (side == PaddingSide.Left ? length - row.Length : 0);
            for (var i = 0; i < row.Length; i++)
            {
                (batch.Ids[start + i], batch.Mask[start + i], batch.Labels[start + i]) = (row.Ids[i], 1, row.Labels[i]);
            }
        }

        return batch;
    }
}
