namespace PeftIntegrations.Core;

/// <summary>Documents that lie one behind another in the rows of a batch: each is a text of its own, and sees no other.</summary>
/// <param name="Lengths">The lengths of each row's documents, in their order.</param>
public sealed record PackedDocuments(IReadOnlyList<IReadOnlyList<int>> Lengths)
{
    /// <summary>Tokens of the longest.</summary>
    public int Longest => Lengths.Max(row => row.Max());

    /// <summary>The number of each token's document in its row, padding behind the last one being another: [batch, seq] of int64.</summary>
    public Tensor Numbers(long seq, Device device) => Each(seq, device, (document, _) => document);

    /// <summary>Each token's place in its document: [batch, seq] of int64.</summary>
    public Tensor Positions(long seq, Device device) => Each(seq, device, (_, place) => place);

    /// <summary>The first place in any row that the token at <paramref name="place"/> sees: where its document starts.</summary>
    public long FirstSeenFrom(long place) => Lengths.Min(row =>
    {
        var start = 0L;
        foreach (var length in row)
        {
            if (place < start + length) break;
            start += length;
        }

        return start;
    });

    /// <summary>The first place that each token sees, that is where its document starts: [rows][seq].</summary>
    public int[][] FirstSeen(int seq) => [.. Lengths.Select(row => Starts(row, seq))];

    private static int[] Starts(IReadOnlyList<int> lengths, int seq)
    {
        var (starts, start) = (new int[seq], 0);
        foreach (var length in lengths)
        {
            Array.Fill(starts, start, start, length);
            start += length;
        }

        Array.Fill(starts, start, start, seq - start); // padding
        return starts;
    }

    private Tensor Each(long seq, Device device, Func<long, long, long> number)
    {
        var numbers = new long[Lengths.Count * seq];
        foreach (var (row, documents) in Lengths.Index())
        {
            var (document, start, place) = (0, row * seq, 0L);
            for (var i = 0; i < seq; i++, place++)
            {
                while (document < documents.Count && place == documents[document]) (document, place) = (document + 1, 0);
                numbers[start + i] = number(document, place);
            }
        }

        return tensor(numbers, [Lengths.Count, seq], device: device);
    }
}
