namespace PeftIntegrations.Data;

/// <summary>A token of a word, and the units of the word that it covers.</summary>
internal readonly record struct Symbol(int Id, int Start, int End);

/// <summary>Turns one word at a time into tokens of a vocabulary.</summary>
internal abstract class TokenModel(Vocabulary vocabulary)
{
    public Vocabulary Vocabulary { get; } = vocabulary;

    public abstract IReadOnlyList<Symbol> Tokenize(ReadOnlySpan<char> word);
}

/// <summary>The models, by their <c>type</c>. A new one is a file and a reader here.</summary>
internal static class Models
{
    public static readonly Components<TokenModel> Known = new("model", new()
    {
        ["BPE"] = BytePairEncoding.Read,
        ["WordLevel"] = WordLevel.Read,
        ["WordPiece"] = WordPiece.Read,
    });
}
