using System.Text.Json;
using System.Text.Json.Serialization;
using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>A bias on a sequence of tokens, added to the score of its last token when the others have just been generated.</summary>
[JsonConverter(typeof(BiasedSequenceConverter))]
public sealed record BiasedSequence
{
    /// <summary>At least one of <paramref name="tokens"/>; <paramref name="bias"/> from -1e9 to 1e9. JSON: <c>[[6, 8], 4]</c>.</summary>
    /// <exception cref="ArgumentException">No token, a negative one, or a bias that is out of range or not a number.</exception>
    public BiasedSequence(IReadOnlyList<int> tokens, double bias)
    {
        Tokens = TokenIds.Sequence(tokens, nameof(Tokens));
        Bias = Guard.Within(-1e9, 1e9, bias, "To forbid a sequence outright use BadWordsIds.", nameof(Bias));
    }

    /// <summary>The token ids.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>What is added to the score; positive makes the sequence likelier.</summary>
    public double Bias { get; }
}

internal sealed class BiasedSequenceConverter : JsonConverter<BiasedSequence>
{
    public override BiasedSequence Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement[]>(ref reader, options) is [var tokens, { ValueKind: JsonValueKind.Number } bias]
                ? new(tokens.Deserialize<int[]>(options)!, bias.GetDouble())
                : throw new JsonException();
        }
        catch (JsonException problem)
        {
            throw new JsonException("An item of sequence_bias is [[token ids], bias], such as [[6, 8], 4.0].", problem);
        }
    }

    public override void Write(Utf8JsonWriter writer, BiasedSequence value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize<object[]>(writer, [value.Tokens, value.Bias], options);
}
