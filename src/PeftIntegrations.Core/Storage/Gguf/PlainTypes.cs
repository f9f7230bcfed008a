using System.Runtime.InteropServices;

namespace PeftIntegrations.Core;

/// <summary>Single precision.</summary>
[RegisteredAs("F32")]
internal sealed class F32() : GgufType(0, 1, 4)
{
    public override void Decode(ReadOnlySpan<byte> blocks, Span<float> values) => MemoryMarshal.Cast<byte, float>(blocks).CopyTo(values);
}

/// <summary>Half precision.</summary>
[RegisteredAs("F16")]
internal sealed class F16() : GgufType(1, 1, 2)
{
    public override void Decode(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        var halves = MemoryMarshal.Cast<byte, Half>(blocks);
        for (var i = 0; i < halves.Length; i++) values[i] = (float)halves[i];
    }
}

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
