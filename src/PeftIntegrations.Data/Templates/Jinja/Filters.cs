using System.Collections.Frozen;

namespace PeftIntegrations.Data;

/// <summary>What stands behind <c>|</c>.</summary>
internal static class Filters
{
    public static readonly FrozenDictionary<string, Method> Known = new[] { TextFilters.Known, ListFilters.Known, ChoosingFilters.Known }
        .SelectMany(filters => filters).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Calls a filter by a name that came up while rendering.</summary>
    public static object? Apply(string name, object? value, Rendering rendering, Arguments arguments)
    {
        rendering.Meter.Step();
        return Known.TryGetValue(name, out var filter) ? filter(value, rendering, arguments) : throw Missing(name);
    }

    public static ChatTemplateException Missing(string name) => new("TemplateRuntimeError", $"No filter named {Text.Quoted(name)} found.");

    /// <summary>Follows <c>a.b.0</c> in a value.</summary>
    public static object? Follow(object? value, object? path, Rendering rendering, object? otherwise = null)
    {
        if (path is null) return value;
        object?[] parts = Types.AsText(path) is { } text ? [.. text.Split('.').Select(Part)] : [path];
        foreach (var part in parts)
        {
            rendering.Meter.Step();
            value = Items.Get(value, part, rendering);
            if (value is Undefined && otherwise is not null) value = otherwise;
        }

        return value;
    }

    public static object? Lowered(object? value) => Types.AsText(value)?.ToLowerInvariant() ?? value;

    private static object Part(string part) =>
        part.Length > 0 && part.All(char.IsAsciiDigit) && long.TryParse(part, out var index) ? index : part;
}
