using System.Globalization;

namespace PeftIntegrations.Data;

/// <summary>Builds a tokenizer from the <c>tokenizer.ggml.*</c> entries of a GGUF file.</summary>
internal sealed class GgufTokenizer(IReadOnlyDictionary<string, object> metadata)
{
    private const string Mark = "▁";
    private const int LongestMerged = 1024;
    private const int Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5;
    private const string Llama3Word =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Qwen2Word =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // smollm: as Hugging Face reads this file, by GPT-2's words alone; the model's own tokenizer.json cuts digits apart first.
    private static readonly Dictionary<string, Func<PreTokenizer>> Words = new(StringComparer.Ordinal)
    {
        ["default"] = () => PreTokenizers.ByteLevel(),
        ["gpt-2"] = () => PreTokenizers.ByteLevel(),
        ["llama-bpe"] = () => ByExpression(Llama3Word),
        ["qwen2"] = () => ByExpression(Qwen2Word),
        ["smollm"] = () => PreTokenizers.ByteLevel(),
    };

    private readonly string[] _tokens = Array<string>(metadata, "tokens");
    private readonly int[] _types = metadata.ContainsKey("tokenizer.ggml.token_type") ? Array<int>(metadata, "token_type") : [];

    public Tokenizer Build()
    {
        if (_types.Length > 0 && _types.Length != _tokens.Length)
        {
            throw new InvalidDataException(
                $"tokenizer.ggml.token_type has {_types.Length} entries for {_tokens.Length} tokens; it needs one for each.");
        }

        var ids = _tokens.Index().DistinctBy(token => token.Item).ToDictionary(token => token.Item, token => token.Index);
        var vocabulary = new Vocabulary(ids);
        var model = Entry<string>("model") ?? throw new InvalidDataException("tokenizer.ggml.model is missing. Known models: gpt2, llama.");
        var parts = model switch
        {
            "gpt2" => ByteLevel(vocabulary),
            "llama" => SentencePiece(vocabulary),
            _ => throw new InvalidDataException($"tokenizer.ggml.model is '{model}'. Known models: gpt2, llama."),
        };
        var special = new SpecialTokens(Id("bos"), Id("eos"), Id("unknown"), Id("padding"));
        return new Tokenizer(parts with { Added = Added(), Special = special });
    }

    private TokenizerParts ByteLevel(Vocabulary vocabulary)
    {
        var words = Entry<string>("pre") ?? "default";
        if (!Words.TryGetValue(words, out var preTokenizer))
        {
            throw new InvalidDataException(
                $"tokenizer.ggml.pre is '{words}'. Known: {string.Join(", ", Words.Keys)}. Use the model's tokenizer.json instead.");
        }

        var merges = Array<string>(metadata, "merges").Select(BytePairEncoding.ReadMerge);
        return new TokenizerParts(BytePairEncoding.Create(vocabulary, merges, new BytePairOptions { IgnoreMerges = words == "llama-bpe" }))
        {
            Normalizer = words == "qwen2" ? NormalForm.C : null,
            PreTokenizer = preTokenizer(),
            PostProcessor = Frame(beginsByDefault: false),
            Decoder = Decoders.ByteLevel,
        };
    }

    private TokenizerParts SentencePiece(Vocabulary vocabulary)
    {
        var options = new BytePairOptions { ByteFallback = true, FuseUnknown = true, UnknownToken = _tokens[Id("unknown") ?? 0] };
        var spaced = Flag("add_space_prefix", true);
        var space = Normalizers.Replace(TextPattern.Literal(" "), Mark);
        Decoder[] decoders = [Decoders.Replace(TextPattern.Literal(Mark), " "), Decoders.ByteFallback, Decoders.Fuse];
        return new TokenizerParts(new BytePairEncoding(vocabulary, MergesByScore(vocabulary), options))
        {
            Normalizer = spaced ? Normalizers.Sequence(Normalizers.Prepend(Mark), space) : space,
            PostProcessor = Frame(beginsByDefault: true),
            Decoder = Decoders.Sequence(spaced ? [.. decoders, Decoders.Strip(" ", 1, 0)] : decoders),
        };
    }

    // SentencePiece joins the neighbours whose union scores best: every way to cut a piece in two is a merge of that piece's rank.
    private Merges MergesByScore(Vocabulary vocabulary)
    {
        var scores = Array<float>(metadata, "scores");
        if (scores.Length != _tokens.Length || scores.Any(float.IsNaN))
        {
            throw new InvalidDataException(
                $"tokenizer.ggml.scores has {scores.Length} entries for {_tokens.Length} tokens; it needs a number for each.");
        }

        var ranks = scores.Distinct().OrderDescending().Index().ToDictionary(score => score.Item, score => score.Index);
        var merges = new Merges();
        foreach (var (id, token) in _tokens.Index())
        {
            if (TypeOf(id) is not (Normal or Unused) || vocabulary.IdOf(token) != id) continue;
            if (token.Length > LongestMerged)
            {
                throw new InvalidDataException($"Token {id} has {token.Length} characters; at most {LongestMerged} can be merged.");
            }

            for (var cut = 1; cut < token.Length; cut++)
            {
                if (vocabulary.IdOf(token.AsSpan(0, cut)) is not { } left || vocabulary.IdOf(token.AsSpan(cut)) is not { } right) continue;
                merges.Add(left, right, ranks[scores[id]], id);
            }
        }

        return merges;
    }

    private AddedToken[] Added() => [.. _tokens.Index()
        .Where(token => TypeOf(token.Index) is Unknown or Control or UserDefined)
        .Select(token => new AddedToken(token.Index, token.Item) { IsSpecial = TypeOf(token.Index) != UserDefined })];

    private TemplateProcessing Frame(bool beginsByDefault)
    {
        var begin = Flag("add_bos_token", beginsByDefault) ? Marker("bos") : [];
        var end = Flag("add_eos_token", false) ? Marker("eos") : [];
        TemplateProcessing.Part[] single = [.. begin, TemplateProcessing.Part.TextAt(0, 0), .. end];
        TemplateProcessing.Part[] second = [.. begin, TemplateProcessing.Part.TextAt(1, 0), .. end];
        return new TemplateProcessing(single, [.. single, .. second.Select(part => part with { TypeId = 1 })]);
    }

    private TemplateProcessing.Part[] Marker(string name) => Id(name) is { } id
        ? [TemplateProcessing.Part.Token(id, _tokens[id])]
        : throw new InvalidDataException($"tokenizer.ggml.add_{name}_token is set, and tokenizer.ggml.{name}_token_id is missing.");

    private static PreTokenizer ByExpression(string word) => PreTokenizers.Sequence(
        PreTokenizers.Split(TextPattern.Expression(word), SplitBehavior.Isolated), PreTokenizers.ByteLevel(useRegex: false));

    private int TypeOf(int id) => _types.Length == 0 ? Normal : _types[id];

    private int? Id(string name)
    {
        if (!metadata.TryGetValue($"tokenizer.ggml.{name}_token_id", out var value)) return null;

        var id = value is IConvertible number and not (string or bool) ? number.ToDouble(CultureInfo.InvariantCulture) : -1;
        return id >= 0 && id < _tokens.Length
            ? (int)id
            : throw new InvalidDataException(
                $"tokenizer.ggml.{name}_token_id is {value}; it must be one of the {_tokens.Length} tokens' ids.");
    }

    private bool Flag(string name, bool otherwise) => metadata.TryGetValue($"tokenizer.ggml.{name}", out var value)
        ? value as bool? ?? throw new InvalidDataException($"tokenizer.ggml.{name} must be true or false, not {value}.")
        : otherwise;

    private T? Entry<T>(string name) where T : class => !metadata.TryGetValue($"tokenizer.ggml.{name}", out var value) ? null
        : value as T ?? throw new InvalidDataException(
            $"tokenizer.ggml.{name} must be a {typeof(T).Name}, not a {value?.GetType().Name ?? "null"}.");

    private static T[] Array<T>(IReadOnlyDictionary<string, object> metadata, string name) =>
        metadata.TryGetValue($"tokenizer.ggml.{name}", out var value) ? value as T[]
            ?? throw new InvalidDataException($"tokenizer.ggml.{name} must be an array of {typeof(T).Name}, not {value?.GetType().Name}.")
        : throw new InvalidDataException(
            $"tokenizer.ggml.{name} is missing. The file holds no whole tokenizer; use the model's tokenizer.json instead.");
}
