using System.Buffers.Binary;

namespace PeftIntegrations.Core;

/// <summary>d·(q − 16), five bits a number: the fifth ones are together in one word.</summary>
[RegisteredAs("Q5_0")]
internal sealed class Q5_0() : GgufBlockType(6, 32, 22)
{
    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block);
        var fifth = BinaryPrimitives.ReadUInt32LittleEndian(block[2..]);
        var q = block.Slice(6, 16);
        for (var i = 0; i < q.Length; i++)
        {
            values[i] = d * ((q[i] & 15 | (int)(fifth >> i & 1) << 4) - 16);
            values[i + 16] = d * ((q[i] >> 4 | (int)(fifth >> i + 16 & 1) << 4) - 16);
        }
    }
}
