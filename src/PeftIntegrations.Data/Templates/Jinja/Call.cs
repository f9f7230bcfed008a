namespace PeftIntegrations.Data;

/// <summary>The arguments of a call, as written.</summary>
internal sealed record CallArguments(
    Expression[] Placed, (string Name, Expression Value)[] Named, Expression? MorePlaced = null, Expression? MoreNamed = null)
{
    public static readonly CallArguments None = new([], []);

    public Arguments Evaluate(string of, Scope scope)
    {
        if (Placed.Length == 0 && Named.Length == 0 && MorePlaced is null && MoreNamed is null) return new(of, []);
        var placed = new object?[Placed.Length];
        for (var i = 0; i < placed.Length; i++) placed[i] = Placed[i].Evaluate(scope);
        if (MorePlaced is not null) placed = [.. placed, .. Items.List(MorePlaced.Evaluate(scope), scope.Meter)];
        var named = Named.Length == 0 ? [] : Array.ConvertAll(Named, pair => (pair.Name, pair.Value.Evaluate(scope)));
        if (MoreNamed is null) return new(of, placed, named);

        var more = MoreNamed.Evaluate(scope) as DictValue ?? throw Fault.Type($"{of}() argument after ** must be a mapping");
        scope.Meter.Step(more.Count);
        return new(of, placed, [.. named, .. more.Select(pair => (Text.Of(pair.Key), pair.Value))]);
    }
}

internal sealed class Call(Expression callee, CallArguments arguments) : Expression
{
    private readonly string _name = callee switch { Field field => field.Name, Variable variable => variable.Name, _ => "function" };

    public override object? Evaluate(Scope scope) => Evaluate(scope, null);

    /// <summary>Calls with one more argument: the block that the callee can call.</summary>
    public object? Evaluate(Scope scope, Callable? caller)
    {
        Meter.Guard();
        scope.Meter.Step();
        object? target;
        if (callee is Field field && caller is null)
        {
            var self = field.Of.Evaluate(scope);
            if (Attributes.MethodOf(self, field.Name) is { } method) return method(self, scope.Rendering, arguments.Evaluate(_name, scope));
            target = Attributes.Of(self, field.Name, scope.Rendering);
        }
        else
        {
            target = callee.Evaluate(scope);
        }

        var given = arguments.Evaluate(_name, scope);
        if (caller is not null) given = new(_name, given.Placed, [.. given.Named, (Macro.Caller, caller)]);
        return target switch
        {
            Callable callable => callable.Call(scope.Rendering, given),
            Undefined undefined => throw undefined.Error(),
            _ => throw Fault.Type($"'{Types.NameOf(target)}' object is not callable"),
        };
    }
}

/// <summary><c>value | name(…)</c>. In a branch that may never run, an unknown name is an error only when it does.</summary>
internal sealed class Filter(Expression? value, string name, CallArguments arguments) : Expression
{
    private readonly Method? _filter = Filters.Known.GetValueOrDefault(name);

    public override object? Evaluate(Scope scope) => Apply(value!.Evaluate(scope), scope);

    /// <summary>Applies the filters to a value that is not written in front of them.</summary>
    public object? Apply(object? given, Scope scope)
    {
        Meter.Guard();
        scope.Meter.Step();
        return _filter is null ? throw Filters.Missing(name) : _filter(given, scope.Rendering, arguments.Evaluate(name, scope));
    }

    /// <summary>Applies this filter behind those in front of it, to text that a block wrote.</summary>
    public object? ApplyAll(object? given, Scope scope) => Apply(value is Filter inner ? inner.ApplyAll(given, scope) : given, scope);
}

internal sealed class TestExpression(Expression value, string name, CallArguments arguments) : Expression
{
    private readonly Test? _test = Checks.Known.GetValueOrDefault(name);

    public override object? Evaluate(Scope scope)
    {
        Meter.Guard();
        scope.Meter.Step();
        var given = value.Evaluate(scope);
        return _test is null
            ? throw new ChatTemplateException("TemplateRuntimeError", $"No test named {Text.Quoted(name)} found.")
            : _test(given, scope.Rendering, arguments.Evaluate(name, scope));
    }
}
