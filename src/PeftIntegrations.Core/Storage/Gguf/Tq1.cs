namespace PeftIntegrations.Core;

/// <summary>
/// d·(q − 1), ternary: five numbers a byte, which is the fraction they make in base 3; the last four bytes hold four each.
/// </summary>
[RegisteredAs("TQ1_0")]
internal sealed class Tq1() : GgufBlockType(34, Super, 54)
{
    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block[52..]);
        Decode(d, block[..32], values[..160]);
        Decode(d, block.Slice(32, 16), values.Slice(160, 80));
        Decode(d, block.Slice(48, 4), values.Slice(240, 16));
    }

    // Each byte's first digit, then each one's second, …
    private static void Decode(float d, ReadOnlySpan<byte> fractions, Span<float> values)
    {
        byte power = 1;
        for (; values.Length > 0; values = values[fractions.Length..], power *= 3)
        {
            for (var i = 0; i < fractions.Length; i++) values[i] = d * (((byte)(fractions[i] * power) * 3 >> 8) - 1);
        }
    }
}
