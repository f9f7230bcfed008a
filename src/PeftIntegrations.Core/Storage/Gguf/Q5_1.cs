using System.Buffers.Binary;

namespace PeftIntegrations.Core;

/// <summary>d·q + m, five bits a number.</summary>
[RegisteredAs("Q5_1")]
internal sealed class Q5_1() : GgufBlockType(7, 32, 24)
{
    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block);
        var m = Half(block[2..]);
        var fifth = BinaryPrimitives.ReadUInt32LittleEndian(block[4..]);
        var q = block.Slice(8, 16);
        for (var i = 0; i < q.Length; i++)
        {
            values[i] = d * (q[i] & 15 | (int)(fifth >> i & 1) << 4) + m;
            values[i + 16] = d * (q[i] >> 4 | (int)(fifth >> i + 16 & 1) << 4) + m;
        }
    }
}
