using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>The tokens of a model and their ids.</summary>
internal sealed class Vocabulary
{
    private const int MostIds = 1 << 24;

    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly string?[] _tokens;

    public Vocabulary(Dictionary<string, int> ids)
    {
        if (ids.Count == 0) throw new InvalidDataException("The vocabulary is empty. A tokenizer needs at least one token.");

        _ids = ids;
        _bySpan = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (token, id) in ids) CheckId(token, id);
        _tokens = new string?[ids.Values.Max() + 1];
        foreach (var (token, id) in ids) _tokens[id] = token;
    }

    /// <summary>One more than the largest id.</summary>
    public int Count => _tokens.Length;

    /// <summary>All tokens, in no order.</summary>
    public IEnumerable<(string Text, int Id)> Tokens => _ids.Select(token => (token.Key, token.Value));

    /// <summary>Reads an object of tokens and their ids.</summary>
    public static Vocabulary Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"A vocabulary is an object of tokens and ids, not {JsonFields.Shown(json)}.");
        }

        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject()) ids[member.Name] = member.Value.AsNumber("vocab");
        return new Vocabulary(ids);
    }

    /// <summary><paramref name="id"/>, if a vocabulary may use it.</summary>
    public static int CheckId(string token, int id) => id is >= 0 and < MostIds
        ? id
        : throw new InvalidDataException($"The token '{token}' has the id {id}; ids lie between 0 and {MostIds - 1}.");

    public int? IdOf(ReadOnlySpan<char> token) => _bySpan.TryGetValue(token, out var id) ? id : null;

    public string? TokenOf(int id) => (uint)id < (uint)_tokens.Length ? _tokens[id] : null;

    public bool Contains(string token) => _ids.ContainsKey(token);
}
