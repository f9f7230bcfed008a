namespace PeftIntegrations.Data;

/// <summary>What a filter yields bit by bit, and only once.</summary>
internal sealed class LazyValue(IEnumerable<object?> items)
{
    private readonly IEnumerator<object?> _items = items.GetEnumerator();

    public IEnumerable<object?> Rest()
    {
        while (_items.MoveNext()) yield return _items.Current;
    }
}
