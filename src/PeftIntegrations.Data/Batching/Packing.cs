namespace PeftIntegrations.Data;

/// <summary>
/// How documents share rows, so that little is padding (Krell et al. 2021, arXiv:2107.02027): each sees itself alone and starts at
/// position 0, so that it learns as in a row of its own.
/// </summary>
public sealed record Packing
{
    /// <summary>
    /// Most tokens of a row; null for the longest that an example may be. Positions start over, so a row may be longer than a text.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 2.</exception>
    public int? Length
    {
        get;
        init => field = value is null or >= 2 ? value : throw new ArgumentOutOfRangeException(
            nameof(Length), value, "A packed row must hold at least 2 tokens: a token is learnt from those before it.");
    }

    /// <summary>How many of the shuffled documents are fitted together at a time; more waste less and mix less. Default 1,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int Window
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(
            nameof(Window), value, "At least 1 document is fitted at a time; 1,000 is usual.");
    } = 1000;

    /// <summary>
    /// The documents of each row, a function of the seed alone: within each window of the shuffled documents the longest come first, and
    /// each goes into the first row that has room (first-fit decreasing).
    /// </summary>
    /// <param name="lengths">Tokens of each document.</param>
    /// <param name="capacity">Tokens of a row.</param>
    /// <param name="seed">What the order follows from; null = the order as given.</param>
    /// <exception cref="ArgumentException">Documents are longer than a row; the message lists them.</exception>
    public IReadOnlyList<int[]> Rows(IReadOnlyList<int> lengths, int capacity, long? seed)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        var tooLong = lengths.Index().Where(document => document.Item > capacity).Select(d => $"{d.Index + 1} has {d.Item}").ToArray();
        if (tooLong.Length > 0)
        {
            throw new ArgumentException(
                $"Packed rows have {capacity} tokens, and {tooLong.Length} examples more: {string.Join(", ", tooLong.Take(20))}. "
                + $"Raise {nameof(Packing)}.{nameof(Length)}, or cut examples by MaxLength.", nameof(lengths));
        }

        var order = new BatchPlan(lengths.Count, batchSize: 1, seed).Order(epoch: 0);
        return [.. order.Chunk(Window).SelectMany(window => Fit(window, lengths, capacity))];
    }

    private static IEnumerable<int[]> Fit(int[] window, IReadOnlyList<int> lengths, int capacity)
    {
        var rows = new List<(List<int> Documents, int Left)>();
        foreach (var document in window.OrderByDescending(document => lengths[document]))
        {
            var row = rows.FindIndex(row => row.Left >= lengths[document]);
            if (row < 0)
            {
                row = rows.Count;
                rows.Add(([], capacity));
            }

            rows[row].Documents.Add(document);
            rows[row] = rows[row] with { Left = rows[row].Left - lengths[document] };
        }

        return rows.Select(row => row.Documents.ToArray());
    }
}
