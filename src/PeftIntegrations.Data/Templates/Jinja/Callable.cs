namespace PeftIntegrations.Data;

/// <summary>What a template can call.</summary>
internal abstract class Callable
{
    public abstract string TypeName { get; }

    public abstract object? Call(Rendering rendering, Arguments arguments);

    /// <summary>A field of it, such as <c>loop.index</c>; false where it has none of this name.</summary>
    public virtual bool TryField(string name, Rendering rendering, out object? value)
    {
        value = null;
        return false;
    }
}

internal delegate object? Body(Rendering rendering, Arguments arguments);

/// <summary>A function of our own.</summary>
internal sealed class Function(Body body) : Callable
{
    public override string TypeName => "function";

    public override object? Call(Rendering rendering, Arguments arguments) => body(rendering, arguments);
}

internal delegate object? Method(object? self, Rendering rendering, Arguments arguments);

/// <summary>A method with the value that it is of.</summary>
internal sealed class BoundMethod(object? self, Method method) : Callable
{
    public override string TypeName => "builtin_function_or_method";

    public override object? Call(Rendering rendering, Arguments arguments) => method(self, rendering, arguments);
}
