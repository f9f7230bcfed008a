using System.Buffers.Binary;

namespace PeftIntegrations.Core;

/// <summary>The same with a scale of six bits for each 32 numbers: four bits in one place, two in another.</summary>
[RegisteredAs("IQ4_XS")]
internal sealed class Iq4Xs() : GgufBlockType(23, Super, 136)
{
    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block);
        var high = BinaryPrimitives.ReadUInt16LittleEndian(block[2..]);
        for (var part = 0; part < 8; part++)
        {
            var scale = (block[4 + part / 2] >> part % 2 * 4 & 15 | (high >> part * 2 & 3) << 4) - 32;
            Iq4Nl.Decode(d * scale, block.Slice(8 + part * 16, 16), values.Slice(part * 32, 32));
        }
    }
}
