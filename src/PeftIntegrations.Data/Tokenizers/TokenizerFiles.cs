using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>Reads tokenizers as Hugging Face lays them out.</summary>
internal static class TokenizerFiles
{
    private const string ConfigFile = "tokenizer_config.json";
    private const string JsonFile = "tokenizer.json";
    private const string MergesFile = "merges.txt";
    private const string VocabularyFile = "vocab.json";
    private const string WordPieceFile = "vocab.txt";
    private const string Gpt2End = "<|endoftext|>";

    public static Tokenizer ReadJson(string path) => new(ReadJsonParts(path));

    public static Tokenizer ReadFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var parts = Exists(folder, JsonFile) ? ReadJsonParts(Path.Combine(folder, JsonFile))
            : Exists(folder, VocabularyFile) && Exists(folder, MergesFile) ? ReadGpt2Parts(folder)
            : Exists(folder, WordPieceFile) ? ReadBertParts(folder)
            : throw new InvalidDataException(
                $"{folder} holds no tokenizer: it needs {JsonFile}, or {VocabularyFile} with {MergesFile}, or {WordPieceFile}.");
        if (!Exists(folder, ConfigFile)) return new Tokenizer(parts);

        var tokenizer = new Tokenizer(parts);
        return new Tokenizer(parts with { Special = Parse(Path.Combine(folder, ConfigFile), json => ReadSpecial(json, tokenizer)) });
    }

    private static bool Exists(string folder, string file) => File.Exists(Path.Combine(folder, file));

    private static TokenizerParts ReadJsonParts(string path) => Parse(path, ReadParts);

    private static TokenizerParts ReadParts(JsonElement json) => new(Models.Known.Read(json.Field("model")))
    {
        Added = json.TryField("added_tokens", out _) ? [.. json.Items("added_tokens").Select(AddedToken.Read)] : [],
        Normalizer = Normalizers.Known.ReadOptional(json, "normalizer"),
        PreTokenizer = PreTokenizers.Known.ReadOptional(json, "pre_tokenizer"),
        Bert = IsOf("BertNormalizer", json, "normalizer") && IsOf("BertPreTokenizer", json, "pre_tokenizer")
            ? BertNormalizer.ReadOptions(json.Field("normalizer"))
            : null,
        PostProcessor = PostProcessors.Known.ReadOptional(json, "post_processor"),
        Decoder = Decoders.Known.ReadOptional(json, "decoder"),
    };

    private static bool IsOf(string type, JsonElement json, string name) =>
        json.TryField(name, out var part) && part.TextOrNull("type") == type;

    private static TokenizerParts ReadGpt2Parts(string folder)
    {
        var vocabulary = Parse(Path.Combine(folder, VocabularyFile), Vocabulary.Read);
        var merges = File.ReadLines(Path.Combine(folder, MergesFile))
            .Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal))
            .Select(BytePairEncoding.ReadMerge);
        var end = vocabulary.IdOf(Gpt2End);
        return new TokenizerParts(BytePairEncoding.Create(vocabulary, merges, new BytePairOptions()))
        {
            Added = end is { } id ? [new AddedToken(id, Gpt2End) { IsSpecial = true }] : [],
            PreTokenizer = PreTokenizers.ByteLevel(),
            Decoder = Decoders.ByteLevel,
            Special = new SpecialTokens(End: end),
        };
    }

    private static TokenizerParts ReadBertParts(string folder)
    {
        var path = Path.Combine(folder, WordPieceFile);
        if (Exists(folder, ConfigFile)) return Parse(Path.Combine(folder, ConfigFile), config => BertTokenizer.Read(path, config));

        using var none = JsonDocument.Parse("{}");
        return BertTokenizer.Read(path, none.RootElement);
    }

    private static SpecialTokens ReadSpecial(JsonElement json, Tokenizer tokenizer)
    {
        return new SpecialTokens(Id("bos_token"), Id("eos_token"), Id("unk_token"), Id("pad_token"), Id("mask_token"));

        int? Id(string name) => !json.TryField(name, out var token) ? null
            : tokenizer.IdOf(token.ValueKind == JsonValueKind.Object ? token.Text("content") : token.AsText(name));
    }

    private static T Parse<T>(string path, Func<JsonElement, T> read)
    {
        using var file = File.OpenRead(path);
        try
        {
            using var json = JsonDocument.Parse(file);
            return read(json.RootElement);
        }
        catch (Exception e) when (JsonFields.IsAboutTheFile(e))
        {
            throw new InvalidDataException($"{path} is not a tokenizer file that can be read: {e.Message}", e);
        }
    }
}
