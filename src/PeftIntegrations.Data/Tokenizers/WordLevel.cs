using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>Each word is a token, or the unknown one; without an unknown one it is left out.</summary>
internal sealed class WordLevel(Vocabulary vocabulary, string unknown) : TokenModel(vocabulary)
{
    public static WordLevel Read(JsonElement json) => new(Vocabulary.Read(json.Field("vocab")), json.TextOrNull("unk_token") ?? "<unk>");

    public override IReadOnlyList<Symbol> Tokenize(ReadOnlySpan<char> word) =>
        (Vocabulary.IdOf(word) ?? Vocabulary.IdOf(unknown)) is { } id ? [new(id, 0, word.Length)] : [];
}
