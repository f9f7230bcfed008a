using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Texts that share the passes of a model: of all whose adapters can share them, or of one composition alone.</summary>
internal sealed class BatchLane(Composition? own, Decoding decoding) : IDisposable
{
    private readonly Dictionary<int, (OrderInWork Order, TextInWork Text)> _texts = [];

    /// <summary>The only composition; null where adapters can share passes.</summary>
    public Composition? Own => own;

    /// <summary>How many texts there are.</summary>
    public int Count => _texts.Count;

    /// <summary>Whose texts they are.</summary>
    public IReadOnlyList<OrderInWork> Orders => [.. _texts.Values.Select(text => text.Order).Distinct()];

    /// <summary>Takes in a text.</summary>
    public void Add(OrderInWork order, TextInWork text)
    {
        decoding.Add(text.Row);
        _texts.Add(text.Row.Index, (order, text));
    }

    /// <summary>The next tokens.</summary>
    /// <param name="onProblem">Told, once the step is done, whose text cannot go on, and why.</param>
    /// <param name="cancellationToken">Looked at before every token.</param>
    public IEnumerable<(OrderInWork Order, TextInWork Text, GeneratedToken Token)> Next(
        Action<OrderInWork, Exception> onProblem, CancellationToken cancellationToken)
    {
        var problems = new List<(OrderInWork Order, Exception Problem)>();
        var tokens = decoding.Next((row, problem) => problems.Add((_texts[row].Order, problem)), cancellationToken);
        foreach (var (order, problem) in problems) onProblem(order, problem);
        return tokens.Where(token => _texts.ContainsKey(token.Row))
            .Select(token => (_texts[token.Row].Order, _texts[token.Row].Text, token));
    }

    /// <summary>Leaves out a text.</summary>
    public void End(TextInWork text)
    {
        if (_texts.Remove(text.Row.Index)) decoding.End(text.Row.Index);
    }

    /// <summary>Leaves out the texts of an order.</summary>
    public void End(OrderInWork order)
    {
        foreach (var (_, text) in _texts.Values.Where(text => text.Order == order).ToArray()) End(text);
    }

    /// <summary>Frees what they hold.</summary>
    public void Dispose() => decoding.Dispose();
}
