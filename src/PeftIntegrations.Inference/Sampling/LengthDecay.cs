using System.Text.Json;
using System.Text.Json.Serialization;
using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>A length penalty that grows exponentially: after some new tokens the end of sequence gains |score|·(factorⁿ − 1).</summary>
[JsonConverter(typeof(LengthDecayConverter))]
public sealed record LengthDecay
{
    /// <summary><paramref name="start"/>, at least 0, and <paramref name="factor"/>, above 0. JSON: <c>[64, 1.05]</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of range or not a number.</exception>
    public LengthDecay(int start, double factor)
    {
        Start = Guard.AtLeast(0, start, "It counts new tokens; 0 starts at once.", nameof(Start));
        Factor = Guard.Above(0, factor, "Above 1 shortens texts, below 1 lengthens them; 1.05 is a good start.", nameof(Factor));
    }

    /// <summary>The number of new tokens after which the penalty starts.</summary>
    public int Start { get; }

    /// <summary>The base of the exponential; above 1 makes the end likelier.</summary>
    public double Factor { get; }
}

internal sealed class LengthDecayConverter : JsonConverter<LengthDecay>
{
    public override LengthDecay Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement[]>(ref reader, options) is [var start, var factor]
                ? new(start.Deserialize<int>(options), factor.Deserialize<double>(options))
                : throw new JsonException();
        }
        catch (JsonException problem)
        {
            throw new JsonException("exponential_decay_length_penalty is [start, factor], such as [64, 1.05].", problem);
        }
    }

    public override void Write(Utf8JsonWriter writer, LengthDecay value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize<double[]>(writer, [value.Start, value.Factor], options);
}
