namespace PeftIntegrations.MLNet;

/// <summary>Reads the texts of the current row of a source.</summary>
internal sealed class InputReader
{
    private readonly Func<string[]> _read;

    public InputReader(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
    {
        if (columns is [{ Type: VectorDataViewType } words])
        {
            var getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(words);
            VBuffer<ReadOnlyMemory<char>> value = default;
            _read = () =>
            {
                getter(ref value);
                return [.. value.DenseValues().Select(word => word.ToString())];
            };
            return;
        }

        var getters = columns.Select(row.GetGetter<ReadOnlyMemory<char>>).ToArray();
        ReadOnlyMemory<char> text = default;
        _read = () => Array.ConvertAll(getters, get =>
        {
            get(ref text);
            return text.ToString();
        });
    }

    public string[] Read() => _read();
}
