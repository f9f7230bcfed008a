using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>Reads fields of a tokenizer file; a missing or odd one is an <see cref="InvalidDataException"/> that names it.</summary>
internal static class JsonFields
{
    private const int ShownLength = 60;

    public static bool TryField(this JsonElement json, string name, out JsonElement value)
    {
        value = default;
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    public static JsonElement Field(this JsonElement json, string name) => json.TryField(name, out var value)
        ? value
        : throw new InvalidDataException($"The field '{name}' is missing in {Shown(json)}.");

    public static string Text(this JsonElement json, string name) => json.Field(name).AsText(name);

    /// <summary>A text of at least one character.</summary>
    public static string Sign(this JsonElement json, string name) => json.Text(name) is { Length: > 0 } sign
        ? sign
        : throw new InvalidDataException($"'{name}' is empty; it needs a character.");

    public static string? TextOrNull(this JsonElement json, string name) => json.TryField(name, out var value) ? value.AsText(name) : null;

    public static bool Flag(this JsonElement json, string name, bool otherwise = false) => !json.TryField(name, out var value)
        ? otherwise
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw new InvalidDataException($"The field '{name}' must be true or false, not {Shown(value)}.");

    public static int Number(this JsonElement json, string name, int? otherwise = null) =>
        otherwise is { } number && !json.TryField(name, out _)
        ? number
        : json.Field(name).AsNumber(name);

    public static JsonElement.ArrayEnumerator Items(this JsonElement json, string name) =>
        json.Field(name) is { ValueKind: JsonValueKind.Array } list
        ? list.EnumerateArray()
        : throw new InvalidDataException($"The field '{name}' must be a list, not {Shown(json.Field(name))}.");

    public static JsonElement.ObjectEnumerator Members(this JsonElement json, string name) =>
        json.Field(name) is { ValueKind: JsonValueKind.Object } map
        ? map.EnumerateObject()
        : throw new InvalidDataException($"The field '{name}' must be an object, not {Shown(json.Field(name))}.");

    public static int AsNumber(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
        ? number
        : throw new InvalidDataException($"'{name}' must be a whole number, not {Shown(value)}.");

    public static string AsText(this JsonElement value, string name) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw new InvalidDataException($"'{name}' must be a string, not {Shown(value)}.");

    /// <summary>Whether reading failed for what the file holds.</summary>
    public static bool IsAboutTheFile(Exception error) =>
        error is JsonException or InvalidDataException or InvalidOperationException; // the last: half a surrogate pair

    public static string Shown(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.Undefined ? "nothing" : value.GetRawText();
        return text.Length <= ShownLength ? text : text[..ShownLength] + "…";
    }
}
