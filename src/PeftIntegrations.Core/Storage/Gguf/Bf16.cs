using System.Runtime.InteropServices;

namespace PeftIntegrations.Core;

/// <summary>The upper half of single precision.</summary>
[RegisteredAs("BF16")]
internal sealed class Bf16() : GgufType(30, 1, 2)
{
    public override void Decode(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        var halves = MemoryMarshal.Cast<byte, ushort>(blocks);
        for (var i = 0; i < halves.Length; i++) values[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
    }
}
