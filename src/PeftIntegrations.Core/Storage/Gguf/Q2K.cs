namespace PeftIntegrations.Core;

/// <summary>d·s·q − m·t, two bits a number; each 16 numbers have a scale s and a minimum t of four bits.</summary>
[RegisteredAs("Q2_K")]
internal sealed class Q2K() : GgufBlockType(10, Super, 84)
{
    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scales = block[..16];
        var d = Half(block[80..]);
        var m = Half(block[82..]);
        for (var part = 0; part < scales.Length; part++)
        {
            // Four pairs of parts share 32 bytes, each pair with its own two bits of them.
            var q = block.Slice(16 + part / 8 * 32 + part % 2 * 16, 16);
            var shift = part % 8 / 2 * 2;
            var scale = d * (scales[part] & 15);
            var minimum = m * (scales[part] >> 4);
            var target = values.Slice(part * 16, 16);
            for (var i = 0; i < q.Length; i++) target[i] = scale * (q[i] >> shift & 3) - minimum;
        }
    }
}
