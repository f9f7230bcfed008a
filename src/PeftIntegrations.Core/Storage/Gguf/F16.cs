using System.Runtime.InteropServices;

namespace PeftIntegrations.Core;

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
