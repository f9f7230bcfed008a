using System.Text.Json.Nodes;

namespace PeftIntegrations;

/// <summary>What stands beside a model's weights: its tokenizer and its generation settings, from a folder or a GGUF file.</summary>
internal static class ModelFiles
{
    private const string SentenceFile = "sentence_bert_config.json";

    private static readonly string[] Companions =
    [
        "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "special_tokens_map.json", "added_tokens.json",
        "vocab.json", "merges.txt", "vocab.txt", "chat_template.jinja", "chat_template.json", "generation_config.json", SentenceFile,
    ];

    /// <summary>The tokenizer of a model.</summary>
    public static Tokenizer ReadTokenizer(string path)
    {
        if (Directory.Exists(path)) return Tokenizer.FromFolder(path);

        using var file = GgufFile.Open(path);
        return Tokenizer.FromGguf(file.Metadata);
    }

    /// <summary>How a model's conversations become tokens; null where it has no chat template.</summary>
    public static ChatFormat? ReadChatFormat(string path, Tokenizer tokenizer)
    {
        if (Directory.Exists(path)) return ChatTemplate.FromFolder(path) is { } template ? new(template, tokenizer) : null;

        using var file = GgufFile.Open(path);
        return ChatTemplate.FromGguf(file.Metadata) is { } held ? new(held, tokenizer) : null;
    }

    /// <summary>The special tokens as a chat template names them.</summary>
    public static JsonObject TokensOf(Tokenizer tokenizer)
    {
        var special = tokenizer.Special;
        var tokens = new JsonObject();
        foreach (var (name, token) in new[]
        {
            ("bos_token", special.Beginning), ("eos_token", special.End), ("unk_token", special.Unknown), ("pad_token", special.Padding),
        })
        {
            if (token is { } id) tokens[name] = tokenizer.TokenOf(id);
        }

        return tokens;
    }

    /// <summary>
    /// What the model says of generation; its end-of-text tokens from its configuration or tokenizer, where the settings leave them out.
    /// </summary>
    public static GenerationOptions ReadGeneration(string path, JsonObject config, Tokenizer tokenizer)
    {
        var stated = Directory.Exists(path) ? GenerationOptions.OfModel(path) : new();
        if (stated.EosTokenIds is not null) return stated;

        JsonNode?[] ends = config["eos_token_id"] switch { null => [], JsonArray many => [.. many], var one => [one] };
        int[] ids =
        [
            .. ends.Select(end => end is JsonValue && int.TryParse(end.ToJsonString(), out var id) ? id : throw new InvalidDataException(
                $"{path} says {end?.ToJsonString() ?? "null"} as eos_token_id; it must be a token's number, or a list of them.")),
        ];
        return stated with { EosTokenIds = ids.Length > 0 ? ids : tokenizer.Special.End is { } end ? [end] : [] };
    }

    /// <summary>The longest text, in tokens, that a sentence-transformers folder says; null where it says nothing.</summary>
    public static int? ReadLongestText(string path)
    {
        var file = Path.Combine(path, SentenceFile);
        return File.Exists(file) && JsonFile.Read(file)["max_seq_length"] is { } length
            ? int.TryParse(length.ToJsonString(), out var tokens) && tokens >= 2 ? tokens : throw new InvalidDataException(
                $"{file} says {length.ToJsonString()} as max_seq_length; it must be a number of at least 2.")
            : null;
    }

    /// <summary>Whether two paths are of one folder, however they are written.</summary>
    public static bool SamePlace(string one, string other) => Place(one) == Place(other);

    /// <summary>Copies the tokenizer's and settings' files of a model folder beside a merged model.</summary>
    /// <param name="from">The model's folder, or its file, which has none.</param>
    /// <param name="to">The merged model's folder.</param>
    /// <param name="embeds">Whether the model makes vectors, so that the folder says how.</param>
    public static void CopyCompanions(string from, string to, bool embeds)
    {
        if (!Directory.Exists(from)) return;

        var names = embeds && File.Exists(Path.Combine(from, "modules.json")) ? Companions.Concat(SentenceFiles(from)) : Companions;
        foreach (var name in names.Where(name => File.Exists(Path.Combine(from, name))))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, name))!);
            AtomicFile.Write(Path.Combine(to, name), target =>
            {
                using var source = File.OpenRead(Path.Combine(from, name));
                source.CopyTo(target);
            });
        }
    }

    private static IEnumerable<string> SentenceFiles(string folder) =>
    [
        "modules.json", "config_sentence_transformers.json",
        .. Directory.GetDirectories(folder).Select(step => Path.Combine(Path.GetFileName(step), "config.json")),
    ];

    /// <summary>The full path, links followed, that a folder or file is known by.</summary>
    public static string Place(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Directory.Exists(full) && new DirectoryInfo(full).ResolveLinkTarget(returnFinalTarget: true) is { } target
            ? Path.TrimEndingDirectorySeparator(target.FullName)
            : full;
    }
}
