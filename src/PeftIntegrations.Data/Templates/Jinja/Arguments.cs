namespace PeftIntegrations.Data;

/// <summary>What a function is called with, by place and by name.</summary>
internal sealed class Arguments(string of, object?[] placed, params (string Name, object? Value)[] named)
{
    /// <summary>The function, for messages.</summary>
    public string Of => of;

    public object?[] Placed => placed;

    public (string Name, object? Value)[] Named => named;

    public bool Has(int place, string name) => place < placed.Length || Array.Exists(named, pair => pair.Name == name);

    public object? Get(int place, string name, object? otherwise = null)
    {
        if (place < placed.Length) return placed[place];
        foreach (var (other, value) in named)
        {
            if (other == name) return value;
        }

        return otherwise;
    }

    public object? Needed(int place, string name) => Has(place, name) ? Get(place, name)
        : throw Fault.Type($"{of}() missing 1 required positional argument: '{name}'");

    public string Text(int place, string name, string? otherwise = null)
    {
        var value = otherwise is null ? Needed(place, name) : Get(place, name, otherwise);
        return Types.AsText(value) ?? (value is Undefined undefined ? throw undefined.Error()
            : throw Fault.Type($"{of}() argument '{name}' must be str, not {Types.NameOf(value)}"));
    }

    public int Number(int place, string name, int otherwise) => Has(place, name) ? Numbers.Index(Get(place, name)) : otherwise;

    public bool Flag(int place, string name) => Types.IsTrue(Get(place, name));

    /// <summary>The same without the first ones by place.</summary>
    public Arguments Rest(int from) => new(of, placed[Math.Min(from, placed.Length)..], named);
}
