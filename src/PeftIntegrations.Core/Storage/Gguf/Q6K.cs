namespace PeftIntegrations.Core;

/// <summary>d·s·(q − 32), six bits a number: four in one place, two in another; each 16 numbers have a signed byte of scale s.</summary>
[RegisteredAs("Q6_K")]
internal sealed class Q6K() : GgufBlockType(14, Super, 210)
{
    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block[208..]);
        for (var part = 0; part < 16; part++)
        {
            // Of each half's eight parts, the pairs 0 and 2 share 32 bytes of low bits, as do 1 and 3; all four share the high ones.
            var (half, pair, side) = (part / 8, part % 8 / 2, part % 2 * 16);
            var low = block.Slice(half * 64 + pair % 2 * 32 + side, 16);
            var high = block.Slice(128 + half * 32 + side, 16);
            var (lowShift, highShift) = (pair / 2 * 4, pair * 2);
            var scale = d * (sbyte)block[192 + part];
            var target = values.Slice(part * 16, 16);
            for (var i = 0; i < low.Length; i++) target[i] = scale * ((low[i] >> lowShift & 15 | (high[i] >> highShift & 3) << 4) - 32);
        }
    }
}
