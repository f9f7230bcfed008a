namespace PeftIntegrations.Core;

/// <summary>d·q, a signed byte a number.</summary>
[RegisteredAs("Q8_0")]
internal sealed class Q8_0() : GgufBlockType(8, 32, 34)
{
    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block);
        var q = block[2..];
        for (var i = 0; i < q.Length; i++) values[i] = d * (sbyte)q[i];
    }
}
