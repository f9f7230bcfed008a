namespace PeftIntegrations.Core;

/// <summary>d·q + m, four bits a number.</summary>
[RegisteredAs("Q4_1")]
internal sealed class Q4_1() : GgufBlockType(3, 32, 20)
{
    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block);
        var m = Half(block[2..]);
        var q = block.Slice(4, 16);
        var low = values[..16];
        var high = values.Slice(16, 16);
        for (var i = 0; i < q.Length; i++)
        {
            low[i] = d * (q[i] & 15) + m;
            high[i] = d * (q[i] >> 4) + m;
        }
    }
}
