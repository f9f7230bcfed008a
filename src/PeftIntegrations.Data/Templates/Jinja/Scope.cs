namespace PeftIntegrations.Data;

/// <summary>Names of a block, over those of the block around it. Names are interned, so that the same ones are one object.</summary>
internal sealed class Scope(Rendering rendering, Scope? outer = null)
{
    private (string Name, object? Value)[] _names = [];
    private int _count;

    public Rendering Rendering => rendering;

    public Meter Meter => rendering.Meter;

    public void Set(string name, object? value)
    {
        for (var i = 0; i < _count; i++)
        {
            if (!ReferenceEquals(_names[i].Name, name)) continue;
            _names[i].Value = value;
            return;
        }

        if (_count == _names.Length) Array.Resize(ref _names, Math.Max(4, _count * 2));
        _names[_count++] = (name, value);
    }

    public object? Get(string name) => TryGet(name, out var value) ? value : Undefined.Name(name);

    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            for (var i = 0; i < scope._count; i++)
            {
                if (!ReferenceEquals(scope._names[i].Name, name)) continue;
                value = scope._names[i].Value;
                return true;
            }
        }

        return rendering.TryVariable(name, out value);
    }

    public void Clear() => _count = 0;

    private Scope? Outer { get; } = outer;
}
