namespace PeftIntegrations.Core;

/// <summary>d·(q − 1), ternary in two bits a number.</summary>
[RegisteredAs("TQ2_0")]
internal sealed class Tq2() : GgufBlockType(35, Super, 66)
{
    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block[64..]);
        for (var part = 0; part < 8; part++)
        {
            var q = block.Slice(part / 4 * 32, 32);
            var target = values.Slice(part * 32, 32);
            for (var i = 0; i < q.Length; i++) target[i] = d * ((q[i] >> part % 4 * 2 & 3) - 1);
        }
    }
}
