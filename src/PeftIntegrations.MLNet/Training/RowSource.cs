namespace PeftIntegrations.MLNet;

/// <summary>Reads a view once, row by row, into memory: upstream pipelines run again for every cursor.</summary>
/// <param name="channel">Told of rows that are left out.</param>
/// <param name="cancellationToken">Looked at before every row.</param>
internal sealed class RowSource(IChannel channel, CancellationToken cancellationToken)
{
    /// <summary>What <paramref name="bind"/> makes of each row; it gives null for those to leave out.</summary>
    /// <param name="view">The view.</param>
    /// <param name="columns">The columns that are read.</param>
    /// <param name="bind">Binds a reader to the cursor.</param>
    /// <exception cref="ArgumentException">No row is left.</exception>
    public List<T> Read<T>(IDataView view, IEnumerable<DataViewSchema.Column> columns, Func<DataViewRow, Func<T?>> bind)
        where T : class
    {
        var (rows, seen) = (new List<T>(), 0);
        using var cursor = view.GetRowCursor(columns);
        var read = bind(cursor);
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            seen++;
            if (read() is { } row) rows.Add(row);
        }

        if (rows.Count == 0)
        {
            throw new ArgumentException(seen == 0
                ? "The data has no row. Give at least one, with a text and a label."
                : $"None of the {seen} rows has both a text and a label. Fill them in.");
        }

        var lacking = seen - rows.Count;
        if (lacking > 0) channel.Warning(MessageSensitivity.None, $"{lacking} of {seen} rows have no text or no label, and are left out.");
        return rows;
    }
}
