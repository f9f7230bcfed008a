namespace PeftIntegrations.Data;

/// <summary>What a tokenizer is made of, in the order that text passes through it.</summary>
internal sealed record TokenizerParts(TokenModel Model)
{
    public IReadOnlyList<AddedToken> Added { get; init; } = [];

    public Normalizer? Normalizer { get; init; }

    public PreTokenizer? PreTokenizer { get; init; }

    /// <summary>The switches of <see cref="Normalizer"/>, where it and <see cref="PreTokenizer"/> are BERT's; else null.</summary>
    public BertNormalizerOptions? Bert { get; init; }

    public PostProcessor? PostProcessor { get; init; }

    public Decoder? Decoder { get; init; }

    public SpecialTokens Special { get; init; } = new();
}
