namespace PeftIntegrations.Core;

/// <summary>d·s·(q − 4), three bits a number, the third ones apart; each 16 numbers have a scale s of six bits.</summary>
[RegisteredAs("Q3_K")]
internal sealed class Q3K() : GgufBlockType(11, Super, 110)
{
    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block[108..]);
        for (var part = 0; part < 16; part++)
        {
            var third = block.Slice(part % 2 * 16, 16);
            var q = block.Slice(32 + part / 8 * 32 + part % 2 * 16, 16);
            var shift = part % 8 / 2 * 2;
            var scale = d * Scale(block.Slice(96, 12), part);
            var target = values.Slice(part * 16, 16);
            for (var i = 0; i < q.Length; i++) target[i] = scale * ((q[i] >> shift & 3 | (third[i] >> part / 2 & 1) << 2) - 4);
        }
    }

    // Four low bits of each scale, then two high bits of each.
    private static int Scale(ReadOnlySpan<byte> packed, int part) =>
        (packed[part % 8] >> part / 8 * 4 & 15 | (packed[8 + part % 4] >> part / 4 * 2 & 3) << 4) - 32;
}
