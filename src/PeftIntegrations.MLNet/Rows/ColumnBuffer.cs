namespace PeftIntegrations.MLNet;

/// <summary>The values that a column of the source has in the rows of a window.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>The buffer of a column, whatever its type.</summary>
    public static ColumnBuffer Of(DataViewRowCursor source, DataViewSchema.Column column, int rows) =>
        (ColumnBuffer)Activator.CreateInstance(typeof(ColumnBuffer<>).MakeGenericType(column.Type.RawType), source, column, rows)!;

    /// <summary>Keeps the value of the source's current row.</summary>
    public abstract void Take(int row);

    /// <summary>Gets the value of whatever row is the current one.</summary>
    public abstract Delegate Getter(Func<int> row);
}

/// <summary>A buffer of values of type <typeparamref name="T"/>.</summary>
internal sealed class ColumnBuffer<T>(DataViewRowCursor source, DataViewSchema.Column column, int rows) : ColumnBuffer
{
    // A vector's memory is the caller's: handed out itself, he could change it under the next reader.
    private static readonly Copier Copy = typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>)
        ? typeof(VectorCopy).GetMethod(nameof(VectorCopy.Of))!.MakeGenericMethod(typeof(T).GetGenericArguments()).CreateDelegate<Copier>()
        : (in T from, ref T to) => to = from;

    private readonly ValueGetter<T> _get = source.GetGetter<T>(column);
    private readonly T[] _values = new T[rows];

    private delegate void Copier(in T from, ref T to);

    public override void Take(int row) => _get(ref _values[row]);

    public override Delegate Getter(Func<int> row) => (ValueGetter<T>)((ref T value) => Copy(in _values[row()], ref value));
}

/// <summary>Copies vectors.</summary>
internal static class VectorCopy
{
    public static void Of<T>(in VBuffer<T> from, ref VBuffer<T> to) => from.CopyTo(ref to);
}
