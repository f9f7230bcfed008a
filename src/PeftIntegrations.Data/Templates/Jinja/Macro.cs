namespace PeftIntegrations.Data;

/// <summary>What a macro takes, and what it uses of what it is given beyond that.</summary>
internal sealed record Signature(string Name, (string Name, Expression? Otherwise)[] Parameters, Statement[] Body)
{
    public bool UsesCaller { get; init; }

    public bool UsesMorePlaced { get; init; }

    public bool UsesMoreNamed { get; init; }
}

/// <summary><c>{% macro name(…) %}</c>.</summary>
internal sealed class MacroDefinition(Signature signature) : Statement
{
    public override Flow Run(Scope scope)
    {
        scope.Set(signature.Name, new Macro(signature, scope));
        return Flow.Next;
    }
}

/// <summary><c>{% call(…) name(…) %}…{% endcall %}</c>.</summary>
internal sealed class CallBlock(Signature block, Call call) : Statement
{
    public override Flow Run(Scope scope)
    {
        scope.Rendering.Write(Text.Of(call.Evaluate(scope, new Macro(block, scope)), scope.Meter));
        return Flow.Next;
    }
}

/// <summary>A macro with the names that were around it.</summary>
internal sealed class Macro(Signature signature, Scope around) : Callable
{
    public static readonly string Caller = string.Intern("caller");
    private static readonly string MorePlaced = string.Intern("varargs");
    private static readonly string MoreNamed = string.Intern("kwargs");

    public override string TypeName => "Macro";

    public override object? Call(Rendering rendering, Arguments arguments)
    {
        rendering.Meter.Enter();
        try
        {
            var scope = new Scope(rendering, around);
            Bind(scope, arguments);
            return rendering.Capture(() => Statement.RunAll(signature.Body, scope));
        }
        finally
        {
            rendering.Meter.Leave();
        }
    }

    public override bool TryField(string name, Rendering rendering, out object? value)
    {
        value = name switch
        {
            "name" => signature.Name,
            "arguments" => new TupleValue([.. signature.Parameters.Select(parameter => parameter.Name)]),
            "caller" => signature.UsesCaller,
            "catch_varargs" => signature.UsesMorePlaced,
            "catch_kwargs" => signature.UsesMoreNamed,
            _ => null,
        };
        return value is not null;
    }

    private void Bind(Scope scope, Arguments a)
    {
        var parameters = signature.Parameters;
        if (a.Placed.Length > parameters.Length && !signature.UsesMorePlaced)
        {
            throw Fault.Type($"macro {Text.Quoted(signature.Name)} takes not more than {parameters.Length} argument(s)");
        }

        var named = a.Named.ToList();
        for (var i = 0; i < parameters.Length; i++)
        {
            var (name, otherwise) = parameters[i];
            var at = named.FindIndex(pair => pair.Name == name);
            var isPlaced = i < a.Placed.Length;
            scope.Set(name, isPlaced ? a.Placed[i]
                : at >= 0 ? named[at].Value
                : otherwise is not null ? otherwise.Evaluate(scope)
                : new Undefined($"parameter {Text.Quoted(name)} was not provided"));
            if (at >= 0 && !isPlaced) named.RemoveAt(at);
        }

        BindMore(scope, a, named);
    }

    private void BindMore(Scope scope, Arguments a, List<(string Name, object? Value)> named)
    {
        if (signature.UsesCaller)
        {
            var at = named.FindIndex(pair => pair.Name == Caller);
            scope.Set(Caller, at >= 0 ? named[at].Value : new Undefined("No caller defined"));
            if (at >= 0) named.RemoveAt(at);
        }

        if (signature.UsesMorePlaced) scope.Set(MorePlaced, new TupleValue([.. a.Placed.Skip(signature.Parameters.Length)]));
        if (signature.UsesMoreNamed)
        {
            scope.Set(MoreNamed, DictType.Make(new("kwargs", [], [.. named]), scope.Meter));
        }
        else if (named is [var (name, _), ..])
        {
            throw Fault.Type($"macro {Text.Quoted(signature.Name)} takes no keyword argument {Text.Quoted(name)}");
        }
    }
}
