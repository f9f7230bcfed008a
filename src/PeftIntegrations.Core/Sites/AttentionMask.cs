namespace PeftIntegrations.Core;

/// <summary>Which keys a query sees, said in words; made into numbers once for each shape and type, and shared by all layers.</summary>
/// <param name="Keys">[batch, keys] of bool, true where there is a real token; null where all are.</param>
/// <param name="Causal">Whether a query sees no key after its own position. The last query stands at the last key.</param>
/// <remarks>What it makes outlives the layer that asks first; to dispose it frees that, and not <paramref name="Keys"/>.</remarks>
public sealed record AttentionMask(Tensor? Keys, bool Causal) : IDisposable
{
    private (long Seq, long KeyCount, ScalarType Type, Tensor? Mask)? _made;
    private (long Count, AttentionMask Mask)? _prefixed;
    private Tensor? _keysMade;
    private bool? _seesFirst;

    /// <summary>Whether every query sees the first key, as no row begins with padding: none is without a key then.</summary>
    public bool AllSeeTheFirst => _seesFirst ??= Keys is null || Keys.select(1, 0).all().item<bool>();

    /// <summary>
    /// The same with <paramref name="count"/> keys in front that every query sees: a prefix. Made once, and shared by all layers.
    /// </summary>
    public AttentionMask WithPrefix(long count)
    {
        if (_prefixed is not { } prefixed || prefixed.Count != count)
        {
            var keys = Keys is null ? null : cat([ones(Keys.shape[0], count, dtype: ScalarType.Bool, device: Keys.device), Keys], dim: 1);
            _prefixed = prefixed = (count, new(Kept(keys), Causal));
        }

        return prefixed.Mask;
    }

    /// <summary>
    /// What is added to the scores of these queries and keys: [batch or 1, 1, seq, keys], or null where nothing is hidden.
    /// </summary>
    public Tensor? Additive(Tensor q, Tensor k)
    {
        var (seq, keys) = (Causal ? q.shape[^2] : 1, k.shape[^2]); // where nothing is causal, all queries see the same
        if (_made is not { } made || made.Seq != seq || made.KeyCount != keys || made.Type != q.dtype)
        {
            _made?.Mask?.Dispose();
            _made = made = (seq, keys, q.dtype, Kept(Make(seq, keys, q.dtype, q.device)));
        }

        return made.Mask;
    }

    /// <summary>The same of the keys alone, whatever is causal: [batch, keys], or null where all are real.</summary>
    public Tensor? AdditiveKeys(ScalarType type)
    {
        if (Keys is null) return null;
        if (_keysMade is not { } made || made.dtype != type)
        {
            _keysMade = made = Kept(zeros(Keys.shape, dtype: type, device: Keys.device).masked_fill(~Keys, Hidden(type)))!;
        }

        return made;
    }

    /// <summary>What hides a key: half of the lowest number, not −∞, as a padded query that sees nothing must not become NaN.</summary>
    public static double Hidden(ScalarType type) => type == ScalarType.Float16 ? -32752.0 : float.MinValue / 2;

    /// <summary>Frees what it has made.</summary>
    public void Dispose()
    {
        _made?.Mask?.Dispose();
        _keysMade?.Dispose();
        if (_prefixed is not { } prefixed) return;

        prefixed.Mask.Dispose();
        prefixed.Mask.Keys?.Dispose();
    }

    private static Tensor? Kept(Tensor? made) => made?.DetachFromDisposeScope();

    private Tensor? Make(long seq, long keys, ScalarType type, Device device)
    {
        var visible = Causal && seq > 1
            ? ones(seq, keys, dtype: ScalarType.Bool, device: device).tril(keys - seq).view(1, 1, seq, keys)
            : null;
        if (Keys is { } real)
        {
            var byKey = real.view(real.shape[0], 1, 1, keys);
            visible = visible is null ? byKey : visible & byKey;
        }

        return visible is null ? null : zeros(visible.shape, dtype: type, device: device).masked_fill(~visible, Hidden(type));
    }
}
