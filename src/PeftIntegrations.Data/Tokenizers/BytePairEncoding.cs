using System.Collections.Concurrent;
using System.Text;

namespace PeftIntegrations.Data;

/// <summary>
/// Byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909): starts at characters and joins the pair of best rank until none is left.
/// </summary>
/// <remarks>
/// Our own, not Microsoft.ML.Tokenizers', which has no byte fallback for tokenizer.json, no offsets through normalizers, and cuts by UTF-16
/// units.
/// </remarks>
internal sealed partial class BytePairEncoding : TokenModel
{
    private const int MostCached = 10_000;
    private const int LongestCached = 256;

    private readonly Merges _merges;
    private readonly BytePairOptions _options;
    private readonly int? _unknown;
    private readonly int?[] _bytes;
    private readonly ConcurrentDictionary<string, Symbol[]> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Symbol[]>.AlternateLookup<ReadOnlySpan<char>> _cacheBySpan;
    private int _cached;

    public BytePairEncoding(Vocabulary vocabulary, Merges merges, BytePairOptions options) : base(vocabulary)
    {
        (_merges, _options) = (merges, options);
        _cacheBySpan = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
        _bytes = [.. Enumerable.Range(0, 256).Select(value => options.ByteFallback ? vocabulary.IdOf($"<0x{value:X2}>") : null)];
        _unknown = options.UnknownToken is not { } token ? null : vocabulary.IdOf(token)
            ?? throw new InvalidDataException($"The unknown token '{token}' is not in the vocabulary.");
    }

    public override IReadOnlyList<Symbol> Tokenize(ReadOnlySpan<char> word)
    {
        if (_options.IgnoreMerges && Vocabulary.IdOf(word) is { } id) return [new Symbol(id, 0, word.Length)];
        if (word.Length > LongestCached) return _merges.Apply(Characters(word));
        if (_cacheBySpan.TryGetValue(word, out var known)) return known;

        var symbols = _merges.Apply(Characters(word)).ToArray();
        if (_cached < MostCached && _cache.TryAdd(word.ToString(), symbols)) Interlocked.Increment(ref _cached);
        return symbols;
    }

    // What the vocabulary lacks becomes its bytes, else the unknown token, else nothing.
    private List<Symbol> Characters(ReadOnlySpan<char> word)
    {
        var symbols = new List<Symbol>(word.Length);
        for (int start = 0, end; start < word.Length; start = end)
        {
            Rune.DecodeFromUtf16(word[start..], out var rune, out var length);
            end = start + length;
            if (IdOf(word, start, end) is { } id) symbols.Add(new Symbol(id, start, end));
            else if (!AddBytes(rune, start, end, symbols) && _unknown is { } unknown) AddUnknown(unknown, start, end, symbols);
        }

        return symbols;
    }

    private int? IdOf(ReadOnlySpan<char> word, int start, int end)
    {
        var prefix = start > 0 ? _options.SubwordPrefix : "";
        var suffix = end == word.Length ? _options.WordSuffix : "";
        return Vocabulary.IdOf(prefix.Length + suffix.Length == 0 ? word[start..end] : string.Concat(prefix, word[start..end], suffix));
    }

    private bool AddBytes(Rune rune, int start, int end, List<Symbol> symbols)
    {
        if (!_options.ByteFallback) return false;

        Span<byte> bytes = stackalloc byte[4];
        bytes = bytes[..rune.EncodeToUtf8(bytes)];
        foreach (var value in bytes)
        {
            if (_bytes[value] is null) return false;
        }

        foreach (var value in bytes) symbols.Add(new Symbol(_bytes[value]!.Value, start, end));
        return true;
    }

    private void AddUnknown(int unknown, int start, int end, List<Symbol> symbols)
    {
        if (_options.FuseUnknown && symbols.Count > 0 && symbols[^1] is { } last && last.Id == unknown && last.End == start)
        {
            symbols[^1] = last with { End = end };
        }
        else
        {
            symbols.Add(new Symbol(unknown, start, end));
        }
    }
}

/// <summary>The switches of <see cref="BytePairEncoding"/>.</summary>
internal sealed record BytePairOptions
{
    public string? UnknownToken { get; init; }

    public bool FuseUnknown { get; init; }

    public bool ByteFallback { get; init; }

    public bool IgnoreMerges { get; init; }

    public string SubwordPrefix { get; init; } = "";

    public string WordSuffix { get; init; } = "";
}
