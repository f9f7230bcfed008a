using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace PeftIntegrations.Core;

/// <summary>
/// Attention of one token: keys and values are read where they lie in the cache, some at a time for all the query heads that share them.
/// </summary>
public static unsafe class OneQuery
{
    private const long NumbersAtOnce = 4096; // of keys; fewer would take a thread less time than to be woken

    /// <summary>Whether this is a case for it: one query a head, rows in the processor's memory, and nobody asks for a gradient.</summary>
    public static bool Serves(Qkv x) =>
        !is_grad_enabled() && x.Q.size(2) == 1 && FloatRows.Serves(x.Q) && ServesRows(x.K, x.Q.dtype) && ServesRows(x.V, x.Q.dtype);

    /// <summary>softmax(Q·Kᵀ/√headDim + mask)·V: [batch, heads, 1, headDim].</summary>
    public static Tensor Attend(Qkv x)
    {
        var result = empty_like(x.Q);
        var work = new Work(x, result);
        var parts = (int)(x.K.size(0) * x.K.size(1));
        if (x.K.size(2) * x.K.size(3) >= NumbersAtOnce) Crew.Run(parts, work.Attend);
        else for (var part = 0; part < parts; part++) work.Attend(part);
        return result;
    }

    private static bool ServesRows(Tensor x, ScalarType type) =>
        x.device_type == DeviceType.CPU && x.dtype == type && x.stride(3) == 1 && x.numel() > 0;

    private sealed class Work
    {
        private readonly FloatRows _q, _result; // [batch·heads, headDim]
        private readonly FloatRows? _mask; // [batch or 1, keys]
        private readonly HeadRows _k, _v;
        private readonly int _group, _keys, _headDim;

        public Work(Qkv x, Tensor result)
        {
            (_q, _result, _k, _v) = (new(x.Q), new(result), new(x.K), new(x.V));
            _mask = x.Mask.Additive(x.Q, x.K) is { } mask ? new FloatRows(mask) : null;
            (_group, _keys, _headDim) = ((int)(x.Q.size(1) / x.K.size(1)), (int)x.K.size(2), _q.Length);
        }

        /// <summary>The query heads of one key-value head.</summary>
        public void Attend(int part)
        {
            using var scratch = new FloatScratch(_group * (_keys + 2 * _headDim) + _keys + HeadRows.AtOnce * _headDim);
            Span<float> scores = scratch.Take(_group * _keys), mask = scratch.Take(_keys), rows = scratch.Take(HeadRows.AtOnce * _headDim);
            Span<float> queries = scratch.Take(_group * _headDim), sums = scratch.Take(_group * _headDim);
            for (var i = 0; i < _group; i++)
            {
                var query = queries.Slice(i * _headDim, _headDim);
                TensorPrimitives.Multiply(_q.Read(part * _group + i, query), 1 / MathF.Sqrt(_headDim), query);
            }

            sums.Clear();
            fixed (float* q = queries, p = scores, sum = sums, widened = rows)
            {
                for (var key = 0; key < _keys; key += HeadRows.AtOnce)
                {
                    var keys = _k.Read(part, key, widened);
                    for (var i = 0; i < _group; i++) keys.Multiply(q + i * _headDim, p + i * _keys + key);
                }

                for (var i = 0; i < _group; i++) Normalise(scores.Slice(i * _keys, _keys), part, mask);
                for (var key = 0; key < _keys; key += HeadRows.AtOnce)
                {
                    var values = _v.Read(part, key, widened);
                    for (var i = 0; i < _group; i++) values.AddTo(sum + i * _headDim, p + i * _keys + key);
                }
            }

            for (var i = 0; i < _group; i++) Store(part * _group + i, sums.Slice(i * _headDim, _headDim));
        }

        private void Normalise(Span<float> scores, int part, Span<float> scratch)
        {
            if (_mask is { } mask) TensorPrimitives.Add(scores, mask.Read(mask.Count == 1 ? 0 : part / _k.Heads, scratch), scores);
            SoftmaxOf.Row(scores);
        }

        private void Store(int row, ReadOnlySpan<float> sum)
        {
            if (_result.IsWide) sum.CopyTo(_result.Open(row, []));
            else _result.Close(row, sum);
        }
    }
}
