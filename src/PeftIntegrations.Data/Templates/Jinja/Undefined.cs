namespace PeftIntegrations.Data;

/// <summary>What a name or a field that is not there stands for: an empty text, and an error in most other uses.</summary>
internal sealed record Undefined(string Hint, string Kind = Fault.Undefined)
{
    public static Undefined Name(string name) => new($"{Text.Quoted(name)} is undefined");

    public static Undefined Field(object? of, string name) => new($"{Text.Quoted(TypeOf(of))} has no attribute {Text.Quoted(name)}");

    public static Undefined Element(object? of, object? key) =>
        key is string name ? Field(of, name) : new($"{TypeOf(of)} has no element {Text.Repr(key)}");

    public static Undefined Unsafe(object? of, string name) =>
        new($"access to attribute {Text.Quoted(name)} of {Text.Quoted(Types.NameOf(of))} object is unsafe.", Fault.Security);

    public ChatTemplateException Error() => new(Kind, Hint);

    private static string TypeOf(object? value) => value is null ? "None" : $"{Types.NameOf(value)} object";
}
