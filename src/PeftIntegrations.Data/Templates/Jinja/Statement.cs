namespace PeftIntegrations.Data;

/// <summary>What comes after a statement: the next one, or the end of the loop's round, or of the loop.</summary>
internal enum Flow { Next, Continue, Break }

/// <summary>A part of a template that does something.</summary>
internal abstract class Statement
{
    public abstract Flow Run(Scope scope);

    public static Flow RunAll(Statement[] statements, Scope scope)
    {
        Meter.Guard();
        foreach (var statement in statements)
        {
            scope.Meter.Step();
            var flow = statement.Run(scope);
            if (flow != Flow.Next) return flow;
        }

        return Flow.Next;
    }
}

internal sealed class Literal(string text) : Statement
{
    public override Flow Run(Scope scope)
    {
        scope.Rendering.Write(text);
        return Flow.Next;
    }
}

internal sealed class Print(Expression value) : Statement
{
    public override Flow Run(Scope scope)
    {
        scope.Rendering.Write(Text.Of(value.Evaluate(scope), scope.Meter));
        return Flow.Next;
    }
}

internal sealed class Jump(Flow flow) : Statement
{
    public override Flow Run(Scope scope) => flow;
}

internal sealed class If((Expression Test, Statement[] Body)[] branches, Statement[] otherwise) : Statement
{
    public override Flow Run(Scope scope)
    {
        foreach (var (test, body) in branches)
        {
            if (Types.IsTrue(test.Evaluate(scope))) return RunAll(body, scope);
        }

        return RunAll(otherwise, scope);
    }
}

/// <summary><c>{% set x = … %}</c>.</summary>
internal sealed class Assign(Target target, Expression value) : Statement
{
    public override Flow Run(Scope scope)
    {
        target.Set(scope, value.Evaluate(scope));
        return Flow.Next;
    }
}

/// <summary><c>{% set x %}…{% endset %}</c>.</summary>
internal sealed class AssignBlock(Target target, Filter? filter, Statement[] body) : Statement
{
    public override Flow Run(Scope scope)
    {
        var inner = new Scope(scope.Rendering, scope);
        var text = scope.Rendering.Capture(() => RunAll(body, inner));
        target.Set(scope, filter is null ? text : filter.ApplyAll(text, inner));
        return Flow.Next;
    }
}

internal sealed class FilterBlock(Filter filter, Statement[] body) : Statement
{
    public override Flow Run(Scope scope)
    {
        var inner = new Scope(scope.Rendering, scope);
        var text = scope.Rendering.Capture(() => RunAll(body, inner));
        scope.Rendering.Write(Text.Of(filter.ApplyAll(text, inner), scope.Meter));
        return Flow.Next;
    }
}

internal sealed class With((Target Target, Expression Value)[] names, Statement[] body) : Statement
{
    public override Flow Run(Scope scope)
    {
        var inner = new Scope(scope.Rendering, scope);
        foreach (var (target, value) in names) target.Set(inner, value.Evaluate(scope));
        return RunAll(body, inner);
    }
}

/// <summary>A block with names of its own.</summary>
internal sealed class Block(Statement[] body) : Statement
{
    public override Flow Run(Scope scope) => RunAll(body, new(scope.Rendering, scope));
}

/// <summary><c>{% generation %}</c>: what the assistant said.</summary>
internal sealed class Generation(Statement[] body) : Statement
{
    public override Flow Run(Scope scope)
    {
        scope.Rendering.Generate(() => RunAll(body, new(scope.Rendering, scope)));
        return Flow.Next;
    }
}
