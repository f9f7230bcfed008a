using System.Runtime.Intrinsics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace PeftIntegrations.Core;

/// <summary>
/// Attention in tiles: a tile is some places of a text, as all the heads see them that share keys. Its scores, [heads · places, keys], stay
/// in the nearest caches from the first product to the last.
/// </summary>
public sealed unsafe class AttentionTiles
{
    private const int RowsOfTile = 96; // their scores of some thousand keys fit the second cache
    private const int Parts = 8; // of the work on gradients; each sums its own

    private readonly PlacedRows _q, _k, _v;
    private readonly int _batch, _heads, _shared, _seq, _keys, _length; // shared: heads of keys and values
    private readonly int _places; // of a tile
    private readonly AttentionMask _mask;
    private readonly FloatRows? _hidden; // [batch or 1, 1, keys]: what is added to scores
    private readonly int[][]? _firstSeen; // [batch][seq]
    private readonly Tensor _keyColumns; // [batch · shared, keys / 16, headDim, 16]

    /// <summary>Of queries that stand at the last keys.</summary>
    public AttentionTiles(Qkv x)
    {
        (_q, _k, _v, _mask) = (new(x.Q), new(x.K), new(x.V), x.Mask);
        (_batch, _heads, _seq, _length) = ((int)x.Q.size(0), (int)x.Q.size(1), (int)x.Q.size(2), (int)x.Q.size(3));
        (_shared, _keys) = ((int)x.K.size(1), (int)x.K.size(2));
        _places = Math.Clamp(RowsOfTile / Group, 1, _seq);
        _firstSeen = x.Mask.FirstSeen(_seq);
        _hidden = _firstSeen is null && x.Mask.AdditiveBlock(x.Q, (0, _seq), (0, _keys)) is { } hidden ? new(hidden.contiguous()) : null;
        _keyColumns = Columns(_k);
    }

    /// <summary>Whether this is a case for it: fp32 in the processor's memory, and each query sees one run of keys.</summary>
    /// <remarks>With registers of 512 bits libtorch's own products are the faster ones.</remarks>
    public static bool Serves(Qkv x) =>
        Vector256.IsHardwareAccelerated && !Vector512.IsHardwareAccelerated && x.Q.size(3) % TileProduct.Columns == 0 && x.Mask.ShowsARun
        && PlacedRows.Serves(x.Q) && PlacedRows.Serves(x.K) && PlacedRows.Serves(x.V);

    private int Group => _heads / _shared; // heads that share keys

    private int Tiles => (_seq + _places - 1) / _places;

    private int Rows => Group * _places;

    private int Panels => AllOf(_keys, TileProduct.Columns) / TileProduct.Columns;

    private int Width => (Panels * TileProduct.Columns) + TileProduct.Rows;

    private float Scale => 1 / MathF.Sqrt(_length);

    /// <summary>softmax(Q·Kᵀ/√headDim + mask)·V: [batch, heads, seq, headDim], in the layout that the next layer reads.</summary>
    public Tensor Attend()
    {
        var result = empty([_batch, _seq, _heads, _length], dtype: ScalarType.Float32, device: CPU).transpose(1, 2);
        var to = new PlacedRows(result);
        Crew.Run(_batch * _shared * Tiles, part =>
        {
            var tile = TileAt(part % (_batch * _shared), Tiles - 1 - part / (_batch * _shared)); // the longest first
            using var scratch = new FloatScratch(2 * Room(_length) + Room(Width));
            fixed (float* queries = scratch.Take(Room(_length)), scores = scratch.Take(Room(Width)), sums = scratch.Take(Room(_length)))
            {
                Gather(_q, tile, queries);
                Weigh(tile, queries, scores);
                TileProduct.Put(new(scores, tile.Stride, 1), Natural(_v, tile), Flat(sums), (Group * tile.Count, _length, tile.Seen));
                Scatter(sums, tile, to);
            }
        });
        return result;
    }

    /// <summary>The gradients by Q, K and V.</summary>
    /// <param name="gradient">That by the value.</param>
    public Tensor[] Gradients(Tensor gradient)
    {
        if (!PlacedRows.Serves(gradient)) gradient = gradient.contiguous();
        var q = empty([_batch, _heads, _seq, _length], dtype: ScalarType.Float32, device: CPU);
        var units = _batch * _shared;
        var splits = Math.Min(Tiles, (Parts + units - 1) / units);
        var sums = zeros([2, splits, units, AllOf(_keys, TileProduct.Rows), _length], dtype: ScalarType.Float32, device: CPU);
        var work = new Backward(this, new(gradient), new(q), Columns(_v), sums);
        Crew.Run(units * splits, part => work.Run(part % units, part / units, splits));
        var both = (splits == 1 ? sums.squeeze(1) : sums.sum([1L])).narrow(2, 0, _keys); // [2, units, keys, headDim]
        var k = both[0].reshape(_batch, _shared, _keys, _length).contiguous();
        var v = both[1].reshape(_batch, _shared, _keys, _length).transpose(1, 2).contiguous().transpose(1, 2); // as projections write
        return [q, k, v];
    }

    private static int AllOf(int count, int unit) => (count + unit - 1) / unit * unit;

    // So many rows of a tile, read in sixes, and what is read of the row behind the last one.
    private int Room(int width) => (AllOf(Rows, TileProduct.Rows) * width) + TileProduct.Rows;

    private PlaceOfTile TileAt(int unit, int tile)
    {
        var (start, batch) = (tile * _places, unit / _shared);
        var count = Math.Min(_places, _seq - start);
        var first = _firstSeen?[batch][start] / TileProduct.Columns * TileProduct.Columns ?? 0;
        var end = _mask.Causal ? _keys - _seq + start + count : _keys;
        return new(batch, unit % _shared, (start, count), (first, end));
    }

    // Sixteen keys side by side, one number of each behind another.
    private Tensor Columns(PlacedRows rows)
    {
        var panels = Panels;
        var result = empty([_batch * _shared, panels, _length, TileProduct.Columns], dtype: ScalarType.Float32, device: CPU);
        var to = (float*)FloatRows.Address(result);
        Crew.RunRows(_batch * _shared * panels, _length * TileProduct.Columns, (first, end) =>
        {
            for (var panel = first; panel < end; panel++)
            {
                var target = to + ((long)panel * _length * TileProduct.Columns);
                for (var i = 0; i < TileProduct.Columns; i++)
                {
                    var (unit, key) = (panel / panels, (panel % panels * TileProduct.Columns) + i);
                    var row = rows.At(unit / _shared, unit % _shared, Math.Min(key, _keys - 1)); // beyond the last, seen by none
                    for (var j = 0; j < _length; j++) target[(j * TileProduct.Columns) + i] = row[j];
                }
            }
        });
        return result;
    }

    private Tile Turned(Tensor columns, PlaceOfTile tile)
    {
        var panel = _length * TileProduct.Columns;
        var at = ((tile.Batch * _shared) + tile.Head) * (long)Panels + (tile.First / TileProduct.Columns);
        return new((float*)FloatRows.Address(columns) + (at * panel), TileProduct.Columns, panel);
    }

    private static Tile Natural(PlacedRows rows, PlaceOfTile tile) =>
        new(rows.At(tile.Batch, tile.Head, tile.First), rows.Stride, TileProduct.Columns);

    private Tile Flat(float* rows) => new(rows, _length, TileProduct.Columns);

    // [heads · places, headDim]
    private void Gather(PlacedRows from, PlaceOfTile tile, float* rows)
    {
        for (var row = 0; row < Group * tile.Count; row++, rows += _length)
        {
            new Span<float>(from.At(tile.Batch, (tile.Head * Group) + (row / tile.Count), tile.Start + (row % tile.Count)), _length)
                .CopyTo(new(rows, _length));
        }
    }

    private void Scatter(float* rows, PlaceOfTile tile, PlacedRows to)
    {
        for (var row = 0; row < Group * tile.Count; row++, rows += _length)
        {
            new Span<float>(rows, _length)
                .CopyTo(new(to.At(tile.Batch, (tile.Head * Group) + (row / tile.Count), tile.Start + (row % tile.Count)), _length));
        }
    }

    // The probabilities: [heads · places, columns], 0 where a query sees nothing.
    private void Weigh(PlaceOfTile tile, float* queries, float* scores)
    {
        var rows = Group * tile.Count;
        TileProduct.Put(new(queries, _length, 1), Turned(_keyColumns, tile), new(scores, tile.Stride, TileProduct.Columns),
            (rows, tile.Columns, _length));
        for (var row = 0; row < rows; row++)
        {
            var own = new Span<float>(scores + ((long)row * tile.Stride), tile.Stride);
            var (from, to) = Seen(tile, row % tile.Count);
            var seen = own[from..to];
            if (_hidden is { } hidden)
            {
                var added = hidden.Read(hidden.Count == 1 ? 0 : tile.Batch, [])[(tile.First + from)..(tile.First + to)];
                TensorPrimitives.MultiplyAdd(seen, Scale, added, seen);
            }

            SoftmaxOf.Row(seen, _hidden is null ? Scale : 1);
            own[..from].Clear();
            own[to..].Clear();
        }
    }

    // The columns of a tile that a query of it sees.
    private (int From, int To) Seen(PlaceOfTile tile, int place) => (
        _firstSeen is null ? 0 : _firstSeen[tile.Batch][tile.Start + place] - tile.First,
        _mask.Causal ? _keys - _seq + tile.Start + place + 1 - tile.First : _keys - tile.First);

    /// <param name="Batch">The text.</param>
    /// <param name="Head">The head of keys.</param>
    /// <param name="Places">The first of the queries, and how many.</param>
    /// <param name="Range">The first key of a column, and the one behind the last that is seen.</param>
    private readonly record struct PlaceOfTile(int Batch, int Head, (int Start, int Count) Places, (int First, int End) Range)
    {
        public int Start => Places.Start;

        public int Count => Places.Count;

        public int First => Range.First;

        public int Seen => Range.End - Range.First;

        public int Columns => AllOf(Seen, TileProduct.Columns);

        /// <summary>From one row of scores to the next; what is behind the seen ones is 0, also where they are read in sixes.</summary>
        public int Stride => AllOf(Seen, TileProduct.Columns) + TileProduct.Rows;
    }

    private sealed class Backward(AttentionTiles all, PlacedRows incoming, PlacedRows q, Tensor valueColumns, Tensor sums)
    {
        private readonly long _sumOfUnit = sums.size(3) * sums.size(4), _sumOfAll = sums.stride(0);

        /// <summary>Each so many tiles of a head of keys, whose gradients are summed in a place of their own.</summary>
        public void Run(int unit, int split, int splits)
        {
            var byKey = (float*)FloatRows.Address(sums) + ((split * (long)(all._batch * all._shared) + unit) * _sumOfUnit);
            var (length, width) = (all.Room(all._length), all.Room(all.Width));
            using var scratch = new FloatScratch(3 * length + 2 * width);
            fixed (float* queries = scratch.Take(length), gradient = scratch.Take(length), byQuery = scratch.Take(length))
            fixed (float* p = scratch.Take(width), byScore = scratch.Take(width))
            {
                for (var i = split; i < all.Tiles; i += splits)
                {
                    var tile = all.TileAt(unit, i);
                    all.Gather(all._q, tile, queries);
                    all.Gather(incoming, tile, gradient);
                    all.Weigh(tile, queries, p);
                    var (rows, seen, stride, from) = (all.Group * tile.Count, tile.Seen, tile.Stride, (long)tile.First * all._length);
                    TileProduct.Add(new(p, 1, stride), all.Flat(gradient), all.Flat(byKey + _sumOfAll + from), (seen, all._length, rows));
                    TileProduct.Put(new(gradient, all._length, 1), all.Turned(valueColumns, tile),
                        new(byScore, stride, TileProduct.Columns), (rows, tile.Columns, all._length));
                    ThroughSoftmax(tile, p, byScore);
                    TileProduct.Put(new(byScore, stride, 1), Natural(all._k, tile), all.Flat(byQuery), (rows, all._length, seen));
                    all.Scatter(byQuery, tile, q);
                    TileProduct.Add(new(byScore, 1, stride), all.Flat(queries), all.Flat(byKey + from), (seen, all._length, rows));
                }
            }
        }

        // scale·p ∘ (g − Σ g ∘ p), in place of g
        private void ThroughSoftmax(PlaceOfTile tile, float* p, float* g)
        {
            for (var row = 0; row < all.Group * tile.Count; row++, p += tile.Stride, g += tile.Stride)
            {
                var (from, to) = all.Seen(tile, row % tile.Count);
                ReadOnlySpan<float> share = new(p + from, to - from);
                Span<float> own = new(g, tile.Stride), seen = own[from..to];
                var along = TensorPrimitives.Dot(seen, share);
                TensorPrimitives.Subtract(seen, along, seen);
                TensorPrimitives.Multiply(seen, all.Scale, seen);
                TensorPrimitives.Multiply(seen, share, seen);
                own[..from].Clear();
                own[to..].Clear();
            }
        }
    }
}
