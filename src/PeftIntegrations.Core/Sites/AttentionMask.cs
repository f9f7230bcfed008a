namespace PeftIntegrations.Core;

/// <summary>Which keys a query sees, said in words; made into numbers once for each shape and type, and shared by all layers.</summary>
/// <param name="Keys">[batch, keys] of bool, true where there is a real token; null where all are.</param>
/// <param name="Causal">Whether a query sees no key after its own position. The last query stands at the last key.</param>
/// <remarks>What it makes outlives the layer that asks first: it is freed with the scope in which the mask was made.</remarks>
public sealed record AttentionMask(Tensor? Keys, bool Causal)
{
    private const long OfPrefix = -1;
    private (long Seq, long KeyCount, ScalarType Type, Tensor? Mask)? _made;
    private (long Count, AttentionMask Mask)? _prefixed;
    private Tensor? _keysMade;
    private Tensor? _documentsMade;
    private bool? _seesFirst;
    private int[][]? _firstSeen;

    /// <summary>Which keys the tokens of a batch see of each other: those of their own text, or packed document.</summary>
    public static AttentionMask Of(TokenBatch batch, bool causal) =>
        new(batch.Documents is null ? batch.Mask : null, causal) { Documents = batch.Documents }; // padding is a document of its own

    /// <summary>The documents that lie in one row, of which a query sees its own alone; null where a row is one text.</summary>
    public PackedDocuments? Documents { get; private init; }

    /// <summary>Whether nothing is hidden from a query but what comes after it, if that.</summary>
    public bool HidesNoToken => Keys is null && Documents is null;

    /// <summary>Whether no query is without a key: each sees the first one, as no row begins with padding, or its own document.</summary>
    public bool LeavesNoneBlind => _seesFirst ??= Keys is null || Keys.select(1, 0).all().item<bool>();

    /// <summary>Whether what a query sees of other documents' tokens is nothing, in one run of keys up to its last one.</summary>
    public bool ShowsARun => Documents is null || (Prefix == 0 && Causal);

    private DisposeScope? Scope { get; init; } = CurrentDisposeScope;

    private long Prefix { get; init; }

    /// <summary>
    /// The same with <paramref name="count"/> keys in front that every query sees: a prefix. Made once, and shared by all layers.
    /// </summary>
    public AttentionMask WithPrefix(long count)
    {
        if (_prefixed is not { } prefixed || prefixed.Count != count)
        {
            var keys = Keys is null ? null : cat([ones(Keys.shape[0], count, dtype: ScalarType.Bool, device: Keys.device), Keys], dim: 1);
            var mask = new AttentionMask(Kept(keys), Causal) { Scope = Scope, Documents = Documents, Prefix = Prefix + count };
            _prefixed = prefixed = (count, mask);
        }

        return prefixed.Mask;
    }

    /// <summary>
    /// What is added to the scores of these queries and keys: [batch or 1, 1, seq, keys], or null where nothing is hidden.
    /// </summary>
    public Tensor? Additive(Tensor q, Tensor k)
    {
        var (seq, keys) = (Causal || Documents is not null ? q.shape[^2] : 1, k.shape[^2]); // else all queries see the same
        if (_made is not { } made || made.Seq != seq || made.KeyCount != keys || made.Type != q.dtype)
        {
            _made = made = (seq, keys, q.dtype, Kept(Make(seq, keys, q.dtype, q.device)));
        }

        return made.Mask;
    }

    /// <summary>The first key that a query from <paramref name="place"/> on sees, in a mask of as many queries as keys.</summary>
    public long FirstSeenFrom(long place) => Documents is { } documents && Prefix == 0 ? documents.FirstSeenFrom(place) : 0;

    /// <summary>The first key that each query of packed documents sees, [batch][seq]; null where all see from the first one on.</summary>
    public int[][]? FirstSeen(int seq) => Documents is null ? null : _firstSeen ??= Documents.FirstSeen(seq);

    /// <summary>
    /// What is added to the scores of a block of queries, whatever is causal, in a mask of as many queries as keys: [batch, queries or 1,
    /// keys], or null where nothing is hidden.
    /// </summary>
    /// <param name="q">All queries: [..., seq, headDim].</param>
    /// <param name="queries">Those of the block.</param>
    /// <param name="keys">The keys they may see.</param>
    public Tensor? AdditiveBlock(Tensor q, (long Start, long Length) queries, (long Start, long Length) keys)
    {
        if (Documents is null) return AdditiveKeys(q.dtype)?.narrow(1, keys.Start, keys.Length).unsqueeze(1);

        var numbers = NumbersOfDocuments(q.shape[^2], q.device);
        return Added(Share(numbers.narrow(1, queries.Start, queries.Length), numbers.narrow(1, keys.Start, keys.Length)), q.dtype);
    }

    /// <summary>What hides a key: half of the lowest number, not −∞, as a padded query that sees nothing must not become NaN.</summary>
    public static double Hidden(ScalarType type) => type == ScalarType.Float16 ? -32752.0 : float.MinValue / 2;

    private Tensor? Kept(Tensor? made)
    {
        if (made?.DetachFromDisposeScope() is { } kept) Scope?.Attach(kept);
        return made;
    }

    // [batch, keys], or null where all are real
    private Tensor? AdditiveKeys(ScalarType type)
    {
        if (Keys is null) return null;
        if (_keysMade is not { } made || made.dtype != type) _keysMade = made = Kept(Added(Keys, type))!;
        return made;
    }

    private Tensor? Make(long seq, long keys, ScalarType type, Device device)
    {
        var visible = Causal && seq > 1
            ? ones(seq, keys, dtype: ScalarType.Bool, device: device).tril(keys - seq).view(1, 1, seq, keys)
            : null;
        foreach (var own in Visible(seq, keys, device)) visible = visible is null ? own : visible & own;
        return visible is null ? null : Added(visible, type);
    }

    // each [batch, 1, seq or 1, keys]
    private IEnumerable<Tensor> Visible(long seq, long keys, Device device)
    {
        if (Keys is { } real) yield return real.view(real.shape[0], 1, 1, keys);
        if (Documents is null) yield break;

        if (!Causal && seq == keys && Prefix > 0)
        {
            throw new NotSupportedException(
                "Virtual tokens that an encoder reads before its text see all of the row, and packed documents would meet in them. "
                + "Train without packing, or by prefix tuning, whose pairs see nothing.");
        }

        var numbers = NumbersOfDocuments(keys, device);
        yield return Share(numbers.narrow(1, keys - seq, seq), numbers).unsqueeze(1);
    }

    // [batch, keys]: the document of each
    private Tensor NumbersOfDocuments(long keys, Device device)
    {
        if (_documentsMade is not { } made || made.shape[1] != keys)
        {
            var own = Documents!.Numbers(keys - Prefix, device);
            var prefix = full([own.shape[0], Prefix], OfPrefix, dtype: ScalarType.Int64, device: device);
            _documentsMade = made = Kept(cat([prefix, own], dim: 1))!;
        }

        return made;
    }

    // [batch, queries, keys]
    private Tensor Share(Tensor queries, Tensor keys)
    {
        var same = queries.unsqueeze(2).eq(keys.unsqueeze(1));
        return Prefix == 0 ? same : same.logical_or(keys.unsqueeze(1).eq(OfPrefix));
    }

    private static Tensor Added(Tensor visible, ScalarType type) =>
        zeros(visible.shape, dtype: type, device: visible.device).masked_fill(visible.logical_not(), Hidden(type));
}
