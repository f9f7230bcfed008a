using System.Text.Json;

namespace PeftIntegrations.Conformance;

/// <summary>What Hugging Face's library does with a tokenizer; a list or a field that a file lacks is null and not compared.</summary>
internal sealed record TokenizerCases(
    TokenizerCases.Encoded[]? Encode, TokenizerCases.Encoded[]? Pairs, TokenizerCases.Encoded[]? Truncated,
    TokenizerCases.Decoded[]? Decode, TokenizerCases.Streamed[]? Stream)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public int? VocabSize { get; init; }

    public static TokenizerCases Read(string file) => JsonSerializer.Deserialize<TokenizerCases>(File.ReadAllText(file), Json)!;

    internal sealed record Encoded
    {
        public string? Text { get; init; }

        public string? First { get; init; }

        public string? Second { get; init; }

        public int? MaxLength { get; init; }

        public string? Direction { get; init; }

        public string? Strategy { get; init; }

        public int[]? Ids { get; init; }

        public string[]? Tokens { get; init; }

        public int[][]? Offsets { get; init; }

        public int[]? SpecialMask { get; init; }

        public int[]? TypeIds { get; init; }

        public int[]? PlainIds { get; init; }
    }

    internal sealed record Decoded(int[] Ids, string? Text, string? WithSpecial);

    internal sealed record Streamed(int[] Ids, string?[]? Pieces);
}
