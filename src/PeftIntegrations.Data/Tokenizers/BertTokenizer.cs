using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>BERT's tokenizer from the bare list of its tokens, a line each; a line's number is its token's id.</summary>
internal static class BertTokenizer
{
    private static readonly (string Field, string Usual, bool IsNeeded)[] Specials =
    [
        ("unk_token", WordPiece.UsualUnknown, true), ("cls_token", "[CLS]", true), ("sep_token", "[SEP]", true),
        ("pad_token", "[PAD]", false), ("mask_token", "[MASK]", false),
    ];

    /// <param name="path">The list, <c>vocab.txt</c>.</param>
    /// <param name="config">The fields of <c>tokenizer_config.json</c>; what it leaves out is as in the uncased BERT.</param>
    public static TokenizerParts Read(string path, JsonElement config)
    {
        var vocabulary = ReadVocabulary(path);
        var special = Specials.ToDictionary(token => token.Field, token => Name(config, token.Field) ?? token.Usual);
        var missing = Specials.Where(token => token.IsNeeded && !vocabulary.Contains(special[token.Field])).ToArray();
        if (missing.Length > 0)
        {
            var names = missing.Select(token => $"'{special[token.Field]}' ({token.Field})");
            throw new InvalidDataException($"{path} lacks tokens that BERT needs, each a line: {string.Join(", ", names)}.");
        }

        var options = new BertNormalizerOptions
        {
            Lowercase = config.Flag("do_lower_case", true),
            SpacesChinese = config.Flag("tokenize_chinese_chars", true),
            StripAccents = config.TryField("strip_accents", out _) ? config.Flag("strip_accents") : null,
        };
        return new TokenizerParts(new WordPiece(vocabulary, special["unk_token"]))
        {
            Added = [.. special.Values.Where(vocabulary.Contains).Select(token => new AddedToken(Id(token), token) { IsSpecial = true })],
            Normalizer = BertNormalizer.Create(options),
            PreTokenizer = BertWords.Cut,
            Bert = options,
            PostProcessor = PostProcessors.Bert(Marker("cls_token"), Marker("sep_token")),
            Decoder = Decoders.WordPiece(WordPiece.UsualPrefix, cleansUp: true),
            Special = new SpecialTokens(
                Unknown: Id(special["unk_token"]),
                Padding: vocabulary.IdOf(special["pad_token"]),
                Mask: vocabulary.IdOf(special["mask_token"])),
        };

        int Id(string token) => vocabulary.IdOf(token)!.Value;

        (string, int) Marker(string field) => (special[field], Id(special[field]));
    }

    private static string? Name(JsonElement config, string field) => !config.TryField(field, out var token) ? null
        : token.ValueKind == JsonValueKind.Object ? token.Text("content") : token.AsText(field);

    private static Vocabulary ReadVocabulary(string path)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, token) in Utf8File.ReadLines(path).Index())
        {
            if (token.Length > 0) ids[token] = id;
        }

        return ids.Count > 0 ? new Vocabulary(ids) : throw new InvalidDataException($"{path} holds no token. It needs one on each line.");
    }
}
