namespace PeftIntegrations.Core;

/// <summary>d·level(q): four bits choose one of 16 uneven levels.</summary>
[RegisteredAs("IQ4_NL")]
internal sealed class Iq4Nl() : GgufBlockType(20, 32, 18)
{
    private static ReadOnlySpan<sbyte> Levels => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values) => Decode(Half(block), block[2..], values);

    /// <summary>Decodes 16 bytes: their low halves, then their high ones.</summary>
    public static void Decode(float scale, ReadOnlySpan<byte> q, Span<float> values)
    {
        for (var i = 0; i < q.Length; i++)
        {
            values[i] = scale * Levels[q[i] & 15];
            values[i + q.Length] = scale * Levels[q[i] >> 4];
        }
    }
}
