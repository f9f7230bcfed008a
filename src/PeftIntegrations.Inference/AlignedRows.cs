using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>
/// Texts that are read together: all end at the same place, so that shorter ones are padded in front. Those with the same adapters lie one
/// behind another.
/// </summary>
internal sealed class AlignedRows(PretrainedModel model, IReadOnlyList<DecodingRow> rows) : IDisposable
{
    private const int Growth = 256; // tokens of room that are made at once

    private readonly KeyValueCache _cache = new(0);
    private DecodingRow[] _rows = Together(rows);

    /// <summary>The texts.</summary>
    public IReadOnlyList<DecodingRow> Rows => _rows;

    /// <summary>What acts on each.</summary>
    public IReadOnlyList<Composition> Adapters => Array.ConvertAll(_rows, row => row.Adapter);

    private int End => _rows.Max(row => row.Count);

    /// <summary>Reads on.</summary>
    /// <param name="most">Most tokens of a text to read.</param>
    /// <returns>The scores of the next token of each, [rows, vocab]; null while there is more to read.</returns>
    public Tensor? Read(int most)
    {
        var (end, start) = (End, _cache.TextLength);
        var count = Math.Min(most, end - start);
        if (start + count > _cache.TextRoom) MakeRoom(start + count);
        var hidden = model.Hidden(new TokenBatch(Ids(start, count, end), Mask(start + count, end)), _cache);
        return start + count < end ? null : model.Head.Forward(hidden.select(1, count - 1), null!);
    }

    /// <summary>Leaves out the texts that have ended.</summary>
    /// <returns>Whether any is left.</returns>
    public bool DropEnded()
    {
        var left = _rows.Index().Where(row => row.Item.Ended is null).Select(row => (long)row.Index).ToArray();
        if (left.Length == _rows.Length || left.Length == 0) return left.Length > 0;

        var end = End;
        _rows = Array.ConvertAll(left, row => _rows[row]);
        using var scope = NewDisposeScope();
        _cache.Select(tensor(left, device: model.Device), Math.Min(end - End, _cache.TextLength));
        return true;
    }

    /// <summary>Takes in texts that have been read as far as these.</summary>
    public void Join(AlignedRows other)
    {
        using var scope = NewDisposeScope();
        var all = Together([.. _rows, .. other._rows]);
        _cache.Join(other._cache, PlacesOf(_rows), PlacesOf(other._rows));
        _rows = all;

        Tensor PlacesOf(DecodingRow[] some) =>
            tensor(Array.ConvertAll(some, row => (long)Array.IndexOf(all, row)), device: model.Device);
    }

    /// <summary>Frees the cache.</summary>
    public void Dispose() => _cache.Dispose();

    private static DecodingRow[] Together(IReadOnlyList<DecodingRow> rows) =>
        [.. rows.GroupBy(row => row.Adapter).SelectMany(group => group)];

    private void MakeRoom(int needed)
    {
        var most = (int)Math.Min(int.MaxValue, _rows.Max(row => (long)End + row.Left));
        _cache.EnsureRoom(Math.Min(most, needed + Math.Max(Growth, needed / 2)));
    }

    // [rows, count]
    private Tensor Ids(int start, int count, int end)
    {
        var ids = new long[_rows.Length * count];
        for (var i = 0; i < _rows.Length; i++)
        {
            var known = _rows[i].History;
            var padding = end - known.Length;
            for (var j = Math.Max(0, padding - start); j < count; j++) ids[i * count + j] = known[start + j - padding];
        }

        return tensor(ids, [_rows.Length, count], device: model.Device);
    }

    // [rows, keys]; null where no text is padded
    private Tensor? Mask(int keys, int end)
    {
        if (_rows.All(row => row.Count == end)) return null;

        var padded = tensor(Array.ConvertAll(_rows, row => (long)(end - row.Count)), device: model.Device).unsqueeze(1);
        return arange(keys, dtype: ScalarType.Int64, device: model.Device).unsqueeze(0).ge(padded);
    }
}
