namespace PeftIntegrations.Data;

/// <summary>
/// Which examples make which batch: a function of seed and epoch alone, so that training can go on at any batch of any epoch.
/// </summary>
public sealed class BatchPlan
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private readonly int _count;
    private readonly int _batchSize;
    private readonly ulong? _seed;

    /// <param name="count">How many examples there are. At least 1.</param>
    /// <param name="batchSize">How many make a batch; the last batch of an epoch may be shorter. At least 1.</param>
    /// <param name="seed">What the order follows from; null = the order as given, in every epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is less than 1.</exception>
    public BatchPlan(int count, int batchSize, long? seed)
    {
        if (count < 1) throw new ArgumentOutOfRangeException(nameof(count), count, "There must be at least one example.");
        if (batchSize < 1) throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, "A batch has at least one example.");
        (_count, _batchSize, _seed) = (count, batchSize, (ulong?)seed);
    }

    /// <summary>How many batches an epoch has.</summary>
    public int BatchesPerEpoch => (int)(((long)_count + _batchSize - 1) / _batchSize);

    /// <summary>The examples' indices in the order of <paramref name="epoch"/>, each once.</summary>
    public int[] Order(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, _count)];
        if (_seed is not { } seed) return order;

        var state = Mix(Mix(seed) + (ulong)epoch);
        for (var last = _count - 1; last > 0; last--)
        {
            state += Golden;
            var other = (int)Math.BigMul(Mix(state), (ulong)last + 1, out _); // below last + 1
            (order[last], order[other]) = (order[other], order[last]);
        }

        return order;
    }

    /// <summary>The batches of <paramref name="epoch"/>; to go on after n of them, skip n.</summary>
    public IReadOnlyList<int[]> Batches(int epoch) => [.. Order(epoch).Chunk(_batchSize)];

    // SplitMix64 (Steele et al. 2014, doi:10.1145/2660193.2660195): the same on every machine and version, which System.Random is not.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
