using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>One family of tokenizer parts, found by the <c>type</c> that a tokenizer file gives.</summary>
internal sealed class Components<T>(string family, Dictionary<string, Func<JsonElement, T>> readers) where T : class
{
    public T Read(JsonElement json)
    {
        var type = json.Text("type");
        return readers.TryGetValue(type, out var read)
            ? read(json)
            : throw new InvalidDataException(
                $"No {family} of type '{type}' is known. Known types: {string.Join(", ", readers.Keys.Order(StringComparer.Ordinal))}.");
    }

    /// <summary>The part under <paramref name="name"/>, or null where the file has none.</summary>
    public T? ReadOptional(JsonElement json, string name) => json.TryField(name, out var part) ? Read(part) : null;

    /// <summary>The parts of a sequence, in their order.</summary>
    public T[] ReadAll(JsonElement json, string name) => [.. json.Items(name).Select(Read)];
}
