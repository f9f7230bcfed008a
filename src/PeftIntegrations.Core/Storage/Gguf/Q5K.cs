namespace PeftIntegrations.Core;

/// <summary>As <see cref="Q4K"/>, with a fifth bit of each number apart.</summary>
[RegisteredAs("Q5_K")]
internal sealed class Q5K() : GgufBlockType(13, Super, 176)
{
    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block);
        var m = Half(block[2..]);
        var fifth = block.Slice(16, 32);
        for (var part = 0; part < 8; part++)
        {
            var (s, t) = Q4K.ScaleAndMinimum(block.Slice(4, 12), part);
            var scale = d * s;
            var minimum = m * t;
            var q = block.Slice(48 + part / 2 * 32, 32);
            var shift = part % 2 * 4;
            var target = values.Slice(part * 32, 32);
            for (var i = 0; i < q.Length; i++) target[i] = scale * (q[i] >> shift & 15 | (fifth[i] >> part & 1) << 4) - minimum;
        }
    }
}
