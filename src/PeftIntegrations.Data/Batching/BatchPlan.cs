namespace PeftIntegrations.Data;

/// <summary>
/// Which examples make which batch: a function of seed and epoch alone, so that training can go on at any batch of any epoch.
/// </summary>
public sealed class BatchPlan
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const int WindowOfBatches = 50; // as Hugging Face's group_by_length

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

    /// <summary>
    /// The length of each example, where those of like length make a batch: windows of 50 batches of the shuffled examples are sorted, long
    /// ones first, and the batch with the longest of all begins the epoch, so that memory runs out at once or never (Hugging Face's
    /// <c>group_by_length</c>). Null, the default, leaves the order as it is.
    /// </summary>
    /// <exception cref="ArgumentException">There are not as many as examples.</exception>
    public IReadOnlyList<int>? Lengths
    {
        get;
        init => field = value is null || value.Count == _count ? value
            : throw new ArgumentException($"There are {value.Count} lengths for {_count} examples. Give one for each.", nameof(Lengths));
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
    public IReadOnlyList<int[]> Batches(int epoch) =>
        Lengths is null ? [.. Order(epoch).Chunk(_batchSize)] : ByLength(Order(epoch), Lengths);

    private int[][] ByLength(int[] order, IReadOnlyList<int> lengths)
    {
        var window = _batchSize * Math.Clamp(_count / (_batchSize * 4), 1, WindowOfBatches);
        var sorted = order.Chunk(window).SelectMany(part => part.OrderByDescending(example => lengths[example]));
        int[][] batches = [.. sorted.Chunk(_batchSize)];
        var longest = Array.IndexOf(batches, batches.MaxBy(batch => lengths[batch[0]]));
        (batches[0], batches[longest]) = (batches[longest], batches[0]);
        return batches;
    }

    // SplitMix64 (Steele et al. 2014, doi:10.1145/2660193.2660195): the same on every machine and version, which System.Random is not.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
