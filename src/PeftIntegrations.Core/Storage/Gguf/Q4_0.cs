namespace PeftIntegrations.Core;

/// <summary>d·(q − 8), four bits a number: the low halves of 16 bytes, then the high ones.</summary>
[RegisteredAs("Q4_0")]
internal sealed class Q4_0() : GgufBlockType(2, 32, 18)
{
    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block);
        var q = block.Slice(2, 16);
        var low = values[..16];
        var high = values.Slice(16, 16);
        for (var i = 0; i < q.Length; i++)
        {
            low[i] = d * ((q[i] & 15) - 8);
            high[i] = d * ((q[i] >> 4) - 8);
        }
    }
}
