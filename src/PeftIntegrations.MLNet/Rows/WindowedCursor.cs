namespace PeftIntegrations.MLNet;

/// <summary>
/// Reads a source a window ahead, so that the model reads many rows at once; hands the rows out one by one, as they came.
/// </summary>
internal sealed class WindowedCursor : DataViewRowCursor
{
    private readonly WindowPlan _plan;
    private readonly DataViewRowCursor _source;
    private readonly Dictionary<int, ColumnBuffer> _buffers;
    private readonly InputReader? _inputs;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private readonly List<string[]> _texts = [];
    private IReadOnlyList<object>? _results;
    private int _count;
    private int _current = -1;
    private long _position = -1;
    private bool _isDone;

    public WindowedCursor(WindowPlan plan, DataViewRowCursor source)
    {
        (_plan, _source, _id) = (plan, source, source.GetIdGetter());
        (_ids, _batches) = (new DataViewRowId[plan.Rows], new long[plan.Rows]);
        _buffers = plan.Sources.Where(column => plan.Active.Contains(column.Index))
            .ToDictionary(column => column.Index, column => ColumnBuffer.Of(source, column, plan.Rows));
        _inputs = plan.Inputs.Count > 0 ? new(source, plan.Inputs) : null;
    }

    public override DataViewSchema Schema => _plan.Schema;

    public override long Position => _position;

    public override long Batch => _current >= 0 ? _batches[_current] : 0;

    public override bool MoveNext()
    {
        if (_current + 1 >= _count && !Fill())
        {
            (_position, _current, _count) = (-1, -1, 0);
            return false;
        }

        _current++;
        _position++;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = _ids[Row()];

    public override bool IsColumnActive(DataViewSchema.Column column) => _plan.Active.Contains(column.Index);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
        {
            throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the cursor was made. Ask for it then.");
        }

        var getter = column.Index < _source.Schema.Count
            ? _buffers[column.Index].Getter(Row)
            : _plan.Transformer.Outputs[column.Index - _source.Schema.Count].Getter(Result);
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' holds {column.Type}, and was asked for {typeof(TValue)}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _source.Dispose();
        base.Dispose(disposing);
    }

    private int Row() => _current >= 0
        ? _current
        : throw new InvalidOperationException("There is no current row: call MoveNext first, and no further than to the end.");

    private object Result() => (_results ??= _plan.Transformer.Run(_texts))[Row()];

    private bool Fill()
    {
        (_results, _count, _current) = (null, 0, -1);
        _texts.Clear();
        while (!_isDone && _count < _plan.Rows)
        {
            if (!_source.MoveNext())
            {
                _isDone = true;
                break;
            }

            foreach (var buffer in _buffers.Values) buffer.Take(_count);
            if (_inputs is not null) _texts.Add(_inputs.Read());
            _batches[_count] = _source.Batch;
            _id(ref _ids[_count++]);
        }

        return _count > 0;
    }
}
