namespace PeftIntegrations.Data;

/// <summary>What a value is assigned to.</summary>
internal abstract class Target
{
    public abstract void Set(Scope scope, object? value);
}

internal sealed class NameTarget(string name) : Target
{
    public string Name => name;

    public override void Set(Scope scope, object? value) => scope.Set(name, value);
}

internal sealed class NamespaceTarget(string name, string field) : Target
{
    public override void Set(Scope scope, object? value)
    {
        var space = scope.Get(name) as NamespaceValue
            ?? throw new ChatTemplateException("TemplateRuntimeError", "cannot assign attribute on non-namespace object");
        space.Set(field, value);
    }
}

internal sealed class TupleTarget(Target[] targets) : Target
{
    public override void Set(Scope scope, object? value)
    {
        if (!Types.IsIterable(value)) throw Fault.Type($"cannot unpack non-iterable {Types.NameOf(value)} object");
        var values = Items.List(value, scope.Meter);
        if (values.Count < targets.Length)
        {
            throw Fault.Value($"not enough values to unpack (expected {targets.Length}, got {values.Count})");
        }

        if (values.Count > targets.Length) throw Fault.Value($"too many values to unpack (expected {targets.Length})");
        for (var i = 0; i < targets.Length; i++) targets[i].Set(scope, values[i]);
    }
}
