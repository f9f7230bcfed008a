namespace PeftIntegrations.Data;

/// <summary><c>{% for x in … if … %}…{% else %}…{% endfor %}</c>.</summary>
internal sealed class For(Target target, Expression all, Expression? test, (Statement[] Body, Statement[] Otherwise) parts) : Statement
{
    private static readonly string LoopName = string.Intern("loop");

    public bool IsRecursive { get; init; }

    public override Flow Run(Scope scope)
    {
        Run(scope, all.Evaluate(scope), 0);
        return Flow.Next;
    }

    public void Run(Scope scope, object? values, int depth)
    {
        var inner = new Scope(scope.Rendering, scope);
        var items = Items.List(values, scope.Meter);
        if (test is not null)
        {
            items = [.. items.Where(item =>
            {
                scope.Meter.Step();
                target.Set(inner, item);
                return Types.IsTrue(test.Evaluate(inner));
            })];
        }

        var loop = new Loop(items, depth, IsRecursive ? (scope, this) : null);
        while (loop.MoveNext())
        {
            scope.Meter.Step();
            inner.Clear();
            inner.Set(LoopName, loop);
            target.Set(inner, loop.Current);
            if (RunAll(parts.Body, inner) == Flow.Break) break;
        }

        if (items.Count == 0) RunAll(parts.Otherwise, new(scope.Rendering, scope));
    }
}

/// <summary><c>loop</c>: where a loop stands.</summary>
internal sealed class Loop(IReadOnlyList<object?> items, int depth, (Scope Scope, For Loop)? recursion) : Callable
{
    private int _at = -1;
    private object? _changed;
    private bool _hasChanged;

    public override string TypeName => "LoopContext";

    public object? Current => items[_at];

    public bool MoveNext() => ++_at < items.Count;

    public override object? Call(Rendering rendering, Arguments arguments)
    {
        if (recursion is not { } again)
        {
            throw Fault.Type("The loop must have the 'recursive' marker to be called recursively.");
        }

        rendering.Meter.Enter();
        try
        {
            return rendering.Capture(() => again.Loop.Run(again.Scope, arguments.Needed(0, "iterable"), depth + 1));
        }
        finally
        {
            rendering.Meter.Leave();
        }
    }

    public override bool TryField(string name, Rendering rendering, out object? value)
    {
        var isKnown = true;
        value = name switch
        {
            "index" => Numbers.Whole(_at + 1),
            "index0" => Numbers.Whole(_at),
            "revindex" => Numbers.Whole(items.Count - _at),
            "revindex0" => Numbers.Whole(items.Count - _at - 1),
            "first" => _at == 0,
            "last" => _at == items.Count - 1,
            "length" => Numbers.Whole(items.Count),
            "depth" => Numbers.Whole(depth + 1),
            "depth0" => Numbers.Whole(depth),
            "previtem" => _at > 0 ? items[_at - 1] : new Undefined("there is no previous item"),
            "nextitem" => _at + 1 < items.Count ? items[_at + 1] : new Undefined("there is no next item"),
            "cycle" => new Function(Cycled),
            "changed" => new Function(Changed),
            _ => isKnown = false,
        };
        return isKnown;
    }

    private object? Cycled(Rendering rendering, Arguments a) =>
        a.Placed.Length > 0 ? a.Placed[_at % a.Placed.Length] : throw Fault.Type("no items for cycling given");

    private object Changed(Rendering rendering, Arguments a)
    {
        var now = new TupleValue(a.Placed);
        var isSame = _hasChanged && Equality.Of(_changed, now, rendering.Meter);
        (_changed, _hasChanged) = (now, true);
        return !isSame;
    }
}
