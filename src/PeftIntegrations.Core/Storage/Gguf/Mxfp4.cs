namespace PeftIntegrations.Core;

/// <summary>OCP microscaling: four-bit floating-point numbers (E2M1) that share a power of two.</summary>
[RegisteredAs("MXFP4")]
internal sealed class Mxfp4() : GgufBlockType(39, 32, 17)
{
    private const int Bias = 127;

    // Doubled, so that they are whole.
    private static ReadOnlySpan<sbyte> Levels => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = MathF.ScaleB(1, block[0] - Bias - 1);
        var q = block[1..];
        for (var i = 0; i < q.Length; i++)
        {
            values[i] = scale * Levels[q[i] & 15];
            values[i + q.Length] = scale * Levels[q[i] >> 4];
        }
    }
}
