using System.Runtime.InteropServices;

namespace PeftIntegrations.Core;

/// <summary>Single precision.</summary>
[RegisteredAs("F32")]
internal sealed class F32() : GgufType(0, 1, 4)
{
    public override void Decode(ReadOnlySpan<byte> blocks, Span<float> values) => MemoryMarshal.Cast<byte, float>(blocks).CopyTo(values);
}
