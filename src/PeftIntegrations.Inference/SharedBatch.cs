using PeftIntegrations.Core;
using PeftIntegrations.Data;

namespace PeftIntegrations.Inference;

/// <summary>
/// Writes the texts of many orders at once: with whatever adapters and options, they share the passes of the model, join between two tokens
/// and leave when they end. Each is what it would be alone. All calls come from the model's owner thread.
/// </summary>
/// <param name="model">A model with a language-model head.</param>
/// <param name="adapters">Its adapters.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="defaults">What its <c>generation_config.json</c> says.</param>
/// <remarks>Adapters of layers share a batch; texts with one that wraps blocks or the stack take turns with it.</remarks>
public sealed class SharedBatch(PretrainedModel model, AdapterStack adapters, Tokenizer tokenizer, GenerationOptions defaults) : IDisposable
{
    private readonly List<OrderInWork> _orders = []; // as they came
    private readonly List<BatchLane> _lanes = [];
    private readonly List<Action> _answers = [];
    private readonly List<(string Adapter, Action Change)> _changes = [];
    private int _turn;

    /// <summary>Most texts that are written at once; the others wait. Default 8.</summary>
    public int MostTexts { get; init; } = 8;

    /// <summary>Lets adapters act on the rows of the passes to come. Default as <see cref="AdapterStack"/> does.</summary>
    public Action<IReadOnlyList<Composition>> Attach { get; init; } = adapters.Activate;

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsIdle => _orders.Count == 0;

    /// <summary>Takes an order.</summary>
    public void Add(TextOrder order)
    {
        try
        {
            var options = order.Options.Over(defaults);
            foreach (var name in options.Adapter?.Names ?? []) _ = adapters[name]; // who asks for one that is not there need not wait
            var prompts = Guard.NotEmpty(order.Prompts, "Give at least one prompt.");
            _orders.Add(new(order, options.Adapter ?? Composition.None,
            [
                .. prompts.Select((prompt, i) => new TextInWork(
                    new(new(prompt, options, tokenizer), i, model.Shape), new(tokenizer, options, prompt.Count))),
            ]));
        }
        catch (Exception problem)
        {
            order.Fail(problem);
        }
    }

    /// <summary>Changes an adapter once no text is being written with it; those whose turn has not come wait for the change.</summary>
    public void Change(string adapter, Action change)
    {
        _changes.Add((adapter, change));
        MakeChanges();
    }

    /// <summary>The next token of the texts that share a batch; those of another batch come with the next call.</summary>
    /// <exception cref="OperationCanceledException">Asked for; the texts may be gone on with.</exception>
    public void Next(CancellationToken cancellationToken = default)
    {
        LetGo();
        TakeIn();
        if (_lanes.Count > 0) Next(_lanes[_turn++ % _lanes.Count], cancellationToken);
        Answer();
    }

    /// <summary>Ends all orders with an error.</summary>
    public void Fail(Exception problem)
    {
        foreach (var order in _orders.ToArray()) Drop(order, () => order.Order.Fail(problem));
        Answer();
    }

    /// <summary>Frees what the texts hold, and ends orders that are left.</summary>
    public void Dispose() => Fail(new ObjectDisposedException(nameof(SharedBatch), "The model has been disposed."));

    private void MakeChanges()
    {
        foreach (var change in _changes.ToArray())
        {
            if (_orders.Exists(order => order.HasBegun && order.Adapter.Names.Contains(change.Adapter))) continue;

            _changes.Remove(change);
            change.Change();
        }
    }

    private bool AwaitsChange(OrderInWork order) =>
        !order.HasBegun && _changes.Exists(change => order.Adapter.Names.Contains(change.Adapter));

    private void LetGo()
    {
        foreach (var order in _orders.ToArray())
        {
            if (order.Order.IsCancelled) Drop(order, order.Order.Cancel);
            else if (order.ChangedAdapter(adapters) is { } name) Drop(order, () => order.Order.Fail(Changed(name)));
        }
    }

    private static InvalidOperationException Changed(string adapter) =>
        new($"Adapter '{adapter}' was replaced or removed while a text was written with it. Ask again.");

    private void TakeIn()
    {
        for (var free = MostTexts - _lanes.Sum(lane => lane.Count); free > 0; free--)
        {
            var waiting = _orders.Where(order => order.HasWaiting && !AwaitsChange(order));
            if (waiting.MinBy(order => order.Running) is not { } order) return; // each its share

            try
            {
                order.Begin(adapters);
                LaneFor(order.Adapter).Add(order, order.NextWaiting());
            }
            catch (Exception problem)
            {
                Drop(order, () => order.Order.Fail(problem));
            }
        }
    }

    private BatchLane LaneFor(Composition adapter)
    {
        var own = adapters.SharesPasses(adapter) ? null : adapter;
        if (_lanes.Find(lane => lane.Own == own) is { } lane) return lane;

        _lanes.Add(lane = new(own, new Decoding(model, Attach)));
        return lane;
    }

    private void Next(BatchLane lane, CancellationToken cancellationToken)
    {
        try
        {
            var tokens = lane.Next((order, problem) => Drop(order, () => order.Order.Fail(problem)), cancellationToken);
            foreach (var (order, text, token) in tokens) Take(lane, order, text, token);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            foreach (var order in lane.Orders) Drop(order, () => order.Order.Fail(problem));
        }
    }

    private void Take(BatchLane lane, OrderInWork order, TextInWork text, GeneratedToken token)
    {
        if (!_orders.Contains(order)) return; // another of its texts has failed

        order.Take(text, token);
        if (text.Grown.Reason is null) return;

        lane.End(text);
        if (order.IsDone && _orders.Remove(order)) _answers.Add(() => order.Order.Answer(order.Results));
    }

    private void Drop(OrderInWork order, Action answer)
    {
        if (!_orders.Remove(order)) return;

        foreach (var lane in _lanes) lane.End(order);
        _answers.Add(answer);
    }

    // Whoever is answered may rely on it that nothing is held for him any more.
    private void Answer()
    {
        foreach (var lane in _lanes.Where(lane => lane.Count == 0).ToArray())
        {
            _lanes.Remove(lane);
            lane.Dispose();
        }

        Action[] answers = [.. _answers];
        _answers.Clear();
        foreach (var answer in answers) answer();
        MakeChanges();
    }
}
