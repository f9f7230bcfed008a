using System.Runtime.InteropServices;
using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>
/// A batch of texts being continued token by token. All calls come from the model's owner thread; a call leaves no scope open.
/// </summary>
public sealed class Decoding : IDisposable
{
    /// <summary>Most tokens of a prompt that are read between two looks at the cancellation token.</summary>
    private const int PrefillChunk = 512;

    private readonly PretrainedModel _model;
    private readonly KeyValueCache _cache;
    private readonly Tensor? _mask; // [batch, capacity] of bool; null where no prompt is padded
    private readonly List<DecodingRow> _rows;
    private readonly int _longest;
    private Tensor? _rowsLeft; // [rows], their places in the batch; null while all are left

    /// <summary>Prepares the batch; reads nothing yet.</summary>
    /// <exception cref="ArgumentException">A prompt is empty or longer than the model can read, or the model writes no text.</exception>
    public Decoding(PretrainedModel model, IReadOnlyList<GenerationRequest> requests)
    {
        if (model.Head.TaskType != "CAUSAL_LM")
        {
            throw new ArgumentException($"This model's head is for {model.Head.TaskType}; only a CAUSAL_LM model continues text.",
                nameof(model));
        }

        _model = model;
        _rows = [.. Guard.NotEmpty(requests, "Give at least one prompt.").Select((request, i) => new DecodingRow(request, i, model.Shape))];
        _longest = _rows.Max(row => row.Count);
        var capacity = (int)Math.Min(int.MaxValue, _rows.Max(row => (long)_longest + row.MostNew));
        _cache = new(capacity);
        _mask = _rows.All(row => row.Count == _longest) ? null : MaskOf(capacity);
    }

    /// <summary>Whether every text has ended.</summary>
    public bool IsDone => _rows.Count == 0;

    /// <summary>The next token of each text that has not ended; the first call reads the prompts.</summary>
    /// <exception cref="OperationCanceledException">Asked for; nothing is left half done.</exception>
    public IReadOnlyList<GeneratedToken> Next(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var hidden = _cache.Length == 0 ? Prefill(cancellationToken) : Read(Ids(1), _cache.TextLength + 1);
        var logits = _model.Head.Forward(hidden.select(1, hidden.shape[1] - 1), null!); // [rows, vocab]
        var tokens = Pick(logits.to(ScalarType.Float32).cpu().contiguous());
        DropEnded();
        return tokens;
    }

    /// <summary>Ends one text early.</summary>
    public void End(int row)
    {
        if (_rows.Find(r => r.Index == row) is not { } ended) return;

        ended.Ended = FinishReason.StopText;
        using var scope = NewDisposeScope();
        DropEnded();
    }

    /// <summary>Frees the cache.</summary>
    public void Dispose()
    {
        _cache.Dispose();
        _mask?.Dispose();
        _rowsLeft?.Dispose();
    }

    private Tensor Prefill(CancellationToken cancellationToken)
    {
        var ids = Ids(_longest); // [rows, longest]
        Tensor hidden = null!;
        for (var start = 0; start < _longest; start += PrefillChunk)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var chunk = NewDisposeScope();
            var length = Math.Min(PrefillChunk, _longest - start);
            hidden = Read(ids.narrow(1, start, length), start + length).MoveToOuterDisposeScope();
        }

        return hidden;
    }

    private Tensor Read(Tensor ids, int keys)
    {
        var mask = _mask?.narrow(1, 0, keys);
        if (mask is not null && _rowsLeft is not null) mask = mask.index_select(0, _rowsLeft);
        return _model.Hidden(new TokenBatch(ids, mask), _cache);
    }

    private List<GeneratedToken> Pick(Tensor logits)
    {
        var vocabulary = (int)logits.shape[1];
        var scores = MemoryMarshal.Cast<byte, float>(logits.bytes);
        var tokens = new List<GeneratedToken>(_rows.Count);
        for (var i = 0; i < _rows.Count; i++) tokens.Add(_rows[i].Pick(scores.Slice(i * vocabulary, vocabulary)));

        return tokens;
    }

    private void DropEnded()
    {
        var left = Enumerable.Range(0, _rows.Count).Where(i => _rows[i].Ended is null).Select(i => (long)i).ToArray();
        if (left.Length == _rows.Count) return;

        _rows.RemoveAll(row => row.Ended is not null);
        if (left.Length == 0) return;

        var kept = tensor(left, device: _model.Device);
        _cache.Select(kept);
        var places = (_rowsLeft is null ? kept : _rowsLeft.index_select(0, kept)).DetachFromDisposeScope();
        _rowsLeft?.Dispose();
        _rowsLeft = places;
    }

    private Tensor Ids(int last)
    {
        var ids = new long[_rows.Count * last];
        for (var i = 0; i < _rows.Count; i++)
        {
            var known = _rows[i].History;
            var taken = Math.Min(last, known.Length);
            for (var j = 0; j < taken; j++) ids[(i + 1) * last - taken + j] = known[known.Length - taken + j]; // padded in front
        }

        return tensor(ids, [_rows.Count, last], device: _model.Device);
    }

    private Tensor MaskOf(int capacity)
    {
        using var scope = NewDisposeScope();
        var places = arange(capacity, dtype: ScalarType.Int64, device: _model.Device).unsqueeze(0);
        var padded = tensor(_rows.Select(row => (long)(_longest - row.Count)).ToArray(), device: _model.Device).unsqueeze(1);
        return places.ge(padded).DetachFromDisposeScope();
    }
}
