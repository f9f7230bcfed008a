using System.Text.Json;
using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>Finds the chat templates of a model where transformers looks for them.</summary>
internal static class TemplateFiles
{
    private const string Default = "default";
    private const string Field = "chat_template";
    private const string GgufField = "tokenizer.chat_template";
    private const string Config = "tokenizer_config.json";

    private static readonly (string, string)[] GgufTokens =
        [("bos", "bos_token"), ("eos", "eos_token"), ("unknown", "unk_token"), ("padding", "pad_token")];

    public static ChatTemplate? ReadFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var config = Json(Path.Combine(folder, Config));
        var sources = Named(config?[Field], Path.Combine(folder, Config));
        if (File.Exists(Path.Combine(folder, "chat_template.jinja")))
        {
            sources[Default] = Utf8File.ReadAll(Path.Combine(folder, "chat_template.jinja"));
        }

        var more = Path.Combine(folder, "additional_chat_templates");
        var named = Directory.Exists(more) ? Directory.GetFiles(more, "*.jinja") : [];
        foreach (var file in named.Order(StringComparer.Ordinal))
        {
            sources[Path.GetFileNameWithoutExtension(file)] = Utf8File.ReadAll(file);
        }

        if (sources.Count == 0)
        {
            var old = Path.Combine(folder, "chat_template.json");
            sources = Named(Json(old)?[Field], old);
        }

        return sources.Count == 0 ? null : new(sources, Tokens(config, Json(Path.Combine(folder, "special_tokens_map.json"))));
    }

    public static ChatTemplate? ReadGguf(IReadOnlyDictionary<string, object> metadata)
    {
        var sources = new Dictionary<string, string>();
        if (metadata.TryGetValue(GgufField, out var value)) sources[Default] = AsText(value, GgufField);
        foreach (var name in metadata.GetValueOrDefault("tokenizer.chat_templates") as string[] ?? [])
        {
            if (metadata.TryGetValue($"{GgufField}.{name}", out value)) sources[name] = AsText(value, $"{GgufField}.{name}");
        }

        if (sources.Count == 0) return null;

        var all = metadata.GetValueOrDefault("tokenizer.ggml.tokens") as string[] ?? [];
        var tokens = new JsonObject();
        foreach (var (key, name) in GgufTokens)
        {
            if (metadata.TryGetValue($"tokenizer.ggml.{key}_token_id", out var id) && id is IConvertible
                && long.TryParse($"{id}", out var index) && index >= 0 && index < all.Length)
            {
                tokens[name] = all[index];
            }
        }

        return new(sources, tokens);
    }

    private static Dictionary<string, string> Named(JsonNode? node, string file)
    {
        try
        {
            return node switch
            {
                null => [],
                JsonArray list => list.ToDictionary(
                    entry => entry!["name"]!.GetValue<string>(), entry => entry!["template"]!.GetValue<string>()),
                JsonObject map => map.ToDictionary(entry => entry.Key, entry => entry.Value!.GetValue<string>()),
                _ => new() { [Default] = node.GetValue<string>() },
            };
        }
        catch (Exception e) when (e is InvalidOperationException or NullReferenceException or FormatException or ArgumentException)
        {
            throw new InvalidDataException(
                $"{file} has a {Field} that cannot be read: it must be a text, or a list of objects with 'name' and 'template'.", e);
        }
    }

    // All that the tokenizer names "…_token", as a text or as an object with its content.
    private static JsonObject Tokens(params JsonObject?[] files)
    {
        var tokens = new JsonObject();
        foreach (var (name, value) in files.Reverse().OfType<JsonObject>().SelectMany(file => file))
        {
            if (!name.EndsWith("_token", StringComparison.Ordinal)) continue;
            var text = value is JsonObject token ? token["content"] : value;
            if (text?.GetValueKind() == JsonValueKind.String) tokens[name] = text.GetValue<string>();
        }

        return tokens;
    }

    private static JsonObject? Json(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonNode.Parse(Utf8File.ReadAll(path)) as JsonObject ?? throw new InvalidDataException($"{path} must hold an object.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is no JSON: {e.Message}", e);
        }
    }

    private static string AsText(object value, string name) =>
        value as string ?? throw new InvalidDataException($"{name} must be a String, not a {value.GetType().Name}.");
}
