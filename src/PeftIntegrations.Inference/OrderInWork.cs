using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>An order whose turn has come or will come.</summary>
internal sealed class OrderInWork(TextOrder order, Composition adapter, IReadOnlyList<TextInWork> texts)
{
    private (string Name, Adapter Adapter)[]? _begunWith;
    private int _begun;
    private int _ended;

    public TextOrder Order => order;

    public Composition Adapter => adapter;

    public bool HasBegun => _begunWith is not null;

    public bool HasWaiting => _begun < texts.Count;

    public int Running => _begun - _ended;

    public bool IsDone => _ended == texts.Count;

    public IReadOnlyList<GeneratedText> Results => [.. texts.Select(text => text.Grown.Result)];

    /// <summary>Remembers the adapters that it is written with, at its first text.</summary>
    /// <exception cref="ArgumentException">One is not there.</exception>
    /// <exception cref="OperationCanceledException">Its user has left, and knows.</exception>
    public void Begin(AdapterStack adapters)
    {
        if (_begunWith is not null) return;
        if (!order.TryTake()) throw new OperationCanceledException();

        _begunWith = [.. adapter.Names.Select(name => (name, adapters[name]))];
    }

    public TextInWork NextWaiting() => texts[_begun++];

    /// <summary>An adapter that is not the one any more that it is written with; null where all are.</summary>
    public string? ChangedAdapter(AdapterStack adapters) =>
        _begunWith?.FirstOrDefault(begun => !adapters.Contains(begun.Name) || adapters[begun.Name] != begun.Adapter).Name;

    public void Take(TextInWork text, GeneratedToken token)
    {
        var piece = text.Grown.Take(token);
        if (piece.Length > 0) order.Say(new(text.Row.Place, piece, text.Grown.Count));
        if (text.Grown.Reason is not null) _ended++;
    }
}

/// <summary>One text of an order.</summary>
/// <param name="Row">How its tokens are chosen.</param>
/// <param name="Grown">What they are.</param>
internal sealed record TextInWork(DecodingRow Row, GrowingText Grown);
