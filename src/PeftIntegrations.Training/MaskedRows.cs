namespace PeftIntegrations.Training;

/// <summary>
/// Texts some of whose tokens are hidden (Devlin et al. 2018, arXiv:1810.04805, §3.1): of the chosen tokens 80 % become the mask, 10 %
/// another token, 10 % stay. New ones are chosen each time a row is read.
/// </summary>
/// <param name="rows">The texts.</param>
/// <param name="vocabulary">How many tokens the model knows, and which is the mask.</param>
/// <param name="kept">Tokens that are never hidden, such as those that begin and end a text.</param>
public sealed class MaskedRows(IReadOnlyList<TokenSequence> rows, (int Size, int Mask) vocabulary, IReadOnlySet<int> kept) : ITrainingRows
{
    private readonly SequenceRows _rows = new(rows);

    /// <summary>The share of the tokens that is chosen. Default 0.15 (§3.1).</summary>
    public double Share { get; init => field = Guard.Within(0.01, 0.99, value, "0.15 is usual."); } = 0.15;

    /// <summary>Seed by which each row always hides the same tokens, as validation needs it; null to draw anew each time.</summary>
    public int? Seed { get; init; }

    /// <inheritdoc/>
    public int Count => _rows.Count;

    /// <inheritdoc/>
    public int TokensOf(int row) => _rows.TokensOf(row);

    /// <inheritdoc/>
    public IEnumerable<int> NumbersOf(int row) => _rows.NumbersOf(row);

    /// <inheritdoc/>
    public TrainingBatch Batch(IReadOnlyList<int> rows, Device device)
    {
        var whole = _rows.Batch(rows, CPU);
        var ids = whole.Tokens.Ids; // [batch, seq]
        using var random = new Generator(Seed is { } seed ? (ulong)StepSeed.Of(seed, rows[0]) : (ulong)randint_int(int.MaxValue));
        var shown = isin(ids, tensor(kept.Select(id => (long)id).ToArray(), device: CPU));
        if (whole.Tokens.Mask is { } mask) shown = shown.logical_or(mask.logical_not());
        var draw = Draw().masked_fill(shown, 2);
        var chosen = draw.le(Math.Max(Share, draw.min().item<float>())).logical_and(shown.logical_not()); // one at least
        var fate = Draw();
        var other = randint(0, vocabulary.Size, ids.shape, dtype: ScalarType.Int64, device: CPU, generator: random);
        var hidden = where(fate.lt(0.8), full_like(ids, vocabulary.Mask), where(fate.lt(0.9), other, ids));
        var labels = where(chosen, ids, full_like(ids, TrainingBatch.Ignored));
        var tokens = new TokenBatch(where(chosen, hidden, ids).to(device), whole.Tokens.Mask?.to(device));
        return new(tokens, labels.to(device));

        Tensor Draw() => rand(ids.shape, device: CPU, generator: random); // [batch, seq]
    }
}
