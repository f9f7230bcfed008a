namespace PeftIntegrations.Data;

/// <summary>Turns text into the token ids of a model, and back, exactly as Hugging Face's tokenizers do. Safe for concurrent use.</summary>
public sealed class Tokenizer
{
    private readonly PreTokenizer? _preTokenizer;
    private readonly TokenModel _model;
    private readonly PostProcessor _postProcessor;
    private readonly Decoder? _decoder;
    private readonly AddedTokens _added;
    private readonly TokenBytes _bytes;
    private readonly BertIds? _inOnePass;

    internal Tokenizer(TokenizerParts parts)
    {
        (_preTokenizer, _model, _decoder) = (parts.PreTokenizer, parts.Model, parts.Decoder);
        _postProcessor = parts.PostProcessor ?? PostProcessor.None;
        _added = new AddedTokens(parts.Added, parts.Normalizer);
        VocabularySize = Math.Max(_model.Vocabulary.Count, _added.Count);
        Special = parts.Special;
        _bytes = new TokenBytes(parts.Decoder);
        _inOnePass = BertIds.For(parts, _postProcessor);
    }

    /// <summary>One more than the largest id: the least number of rows that an embedding for this tokenizer has.</summary>
    public int VocabularySize { get; }

    /// <summary>The tokens with a part to play; none are known where only a <c>tokenizer.json</c> was read.</summary>
    public SpecialTokens Special { get; }

    /// <summary>Reads a <c>tokenizer.json</c>.</summary>
    /// <exception cref="InvalidDataException">
    /// It is not one, or holds a part of unknown type; the message lists the known types.
    /// </exception>
    public static Tokenizer FromFile(string path) => TokenizerFiles.ReadJson(path);

    /// <summary>
    /// Reads the tokenizer of a model folder: <c>tokenizer.json</c>, else GPT-2's <c>vocab.json</c> and <c>merges.txt</c>, else BERT's
    /// <c>vocab.txt</c>, with <c>tokenizer_config.json</c> beside it.
    /// </summary>
    /// <exception cref="InvalidDataException">The folder holds none, or a bad one.</exception>
    public static Tokenizer FromFolder(string folder) => TokenizerFiles.ReadFolder(folder);

    /// <summary>
    /// Builds the tokenizer that a GGUF file's <c>tokenizer.ggml.*</c> entries describe: model <c>llama</c> or <c>gpt2</c>.
    /// </summary>
    /// <param name="metadata">The file's key-value pairs; array values are typed arrays.</param>
    /// <exception cref="InvalidDataException">Entries are missing, of another type, or don't fit together.</exception>
    public static Tokenizer FromGguf(IReadOnlyDictionary<string, object> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return new GgufTokenizer(metadata).Build();
    }

    /// <summary>Encodes a text.</summary>
    public Encoding Encode(string text, bool addSpecialTokens = true) =>
        Encode(text, null, new EncodingOptions { AddSpecialTokens = addSpecialTokens });

    /// <summary>Encodes a pair of texts.</summary>
    public Encoding Encode(string first, string second, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(second);
        return Encode(first, second, new EncodingOptions { AddSpecialTokens = addSpecialTokens });
    }

    /// <summary>Encodes a text, or a pair where <paramref name="second"/> is given.</summary>
    /// <exception cref="ArgumentException">The truncation cannot be met.</exception>
    public Encoding Encode(string first, string? second, EncodingOptions options)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<TokenRun> runs = second is null ? [Run(first, 0)] : [Run(first, 0), Run(second, 1)];
        options.Truncation?.Apply(runs, options.AddSpecialTokens ? _postProcessor.Added(second is not null) : 0);

        var encoding = new Encoding(_postProcessor.Process(runs, options.AddSpecialTokens));
        return options.Padding is { } padding ? encoding.PaddedTo(padding.LengthFor(encoding.Ids.Count), padding) : encoding;
    }

    /// <summary>Encodes texts; with padding, all become as long as the longest.</summary>
    public IReadOnlyList<Encoding> EncodeBatch(IEnumerable<string> texts, EncodingOptions options)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        Encoding[] batch = [.. texts.Select(text => Encode(text, null, options with { Padding = null }))];
        return options.Padding is not { } padding || batch.Length == 0
            ? batch
            : [.. batch.Select(encoding => encoding.PaddedTo(padding.LengthFor(batch.Max(other => other.Ids.Count)), padding))];
    }

    /// <summary>The text of some ids.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id stands for no token.</exception>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return Decode(ids, token => skipSpecialTokens && _added.Find(token) is { IsSpecial: true });
    }

    /// <summary>A decoder that takes ids one at a time, as a model makes them.</summary>
    public StreamingDecoder CreateStream(bool skipSpecialTokens = true) => new(ids => Decode(ids, skipSpecialTokens), this);

    /// <summary>The same, where some special tokens are shown and the others skipped.</summary>
    /// <param name="shown">What they are called.</param>
    public StreamingDecoder CreateStream(IReadOnlyCollection<string> shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        return new(ids => Decode(ids, token => _added.Find(token) is { IsSpecial: true } && !shown.Contains(token)), this);
    }

    /// <summary>The id of a token as the vocabulary writes it, or null.</summary>
    public int? IdOf(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _added.Find(token)?.Id ?? _model.Vocabulary.IdOf(token);
    }

    /// <summary>The token of an id, as the vocabulary writes it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id stands for no token.</exception>
    public string TokenOf(int id) => _added.Find(id)?.Content ?? _model.Vocabulary.TokenOf(id)
        ?? throw new ArgumentOutOfRangeException(
            nameof(id), id, $"The id {id} stands for no token; ids of this tokenizer lie between 0 and {VocabularySize - 1}.");

    /// <summary>Whether an id stands for a token; a vocabulary may have gaps.</summary>
    public bool Contains(int id) => (_added.Find(id)?.Content ?? _model.Vocabulary.TokenOf(id)) is not null;

    /// <summary>Whether it is a special token, which is no part of the text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id stands for no token.</exception>
    public bool IsSpecial(int id) => _added.Find(TokenOf(id)) is { IsSpecial: true };

    /// <summary>The bytes that a token adds to a text: perhaps half a character; none if it is special.</summary>
    /// <param name="id">The token.</param>
    /// <param name="isFirst">Whether the text begins with it: some tokenizers leave a blank out there.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id stands for no token.</exception>
    public byte[] BytesOf(int id, bool isFirst = false) => IsSpecial(id) ? [] : _bytes.Of(TokenOf(id), isFirst);

    /// <summary>Ids and segments that <see cref="Encode(string, string?, EncodingOptions)"/> gives, without the rest.</summary>
    internal EncodedText Read(string text, string? second, EncodingOptions options)
    {
        var canBeShort = second is null && options.Padding is null && options.Truncation is null or { Side: TruncationSide.Right };
        if (canBeShort && _inOnePass?.Read(text, options.AddSpecialTokens, options.Truncation?.MaxLength) is { } ids) return new(ids);

        var encoding = Encode(text, second, options);
        return new(encoding.ToIds(), encoding.HasSegments ? [.. encoding.TypeIds] : null);
    }

    private string Decode(IEnumerable<int> ids, Func<string, bool> skips)
    {
        var tokens = ids.Select(TokenOf).Where(token => !skips(token)).ToList();
        return _decoder is null ? string.Join(' ', tokens) : string.Concat(_decoder(tokens));
    }

    private TokenRun Run(string text, int typeId)
    {
        var run = new TokenRun { TypeId = typeId };
        foreach (var (piece, token) in _added.Split(text))
        {
            if (token is not null) run.Add(token.Id, piece.Span.ToString(), piece.Origin(0, piece.Length));
            else AddWords(_preTokenizer is null ? [piece] : _preTokenizer([piece]), run);
        }

        return run;
    }

    private void AddWords(List<Piece> words, TokenRun to)
    {
        foreach (var word in words)
        {
            foreach (var (id, start, end) in _model.Tokenize(word.Span))
            {
                to.Add(id, _model.Vocabulary.TokenOf(id)!, word.Origin(start, end));
            }
        }
    }
}
