using System.Runtime.CompilerServices;

namespace PeftIntegrations.Core;

/// <summary>d·q, a signed byte a number.</summary>
[RegisteredAs("Q8_0")]
internal sealed class Q8_0() : GgufBlockType(8, 32, 34)
{
    public override BlockRows Rows { get; } = new UnpackedRows<Block>();

    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block);
        var q = block[2..];
        for (var i = 0; i < q.Length; i++) values[i] = d * (sbyte)q[i];
    }

    private readonly unsafe struct Block : IBlock
    {
        public static int Bytes => 34;

        public static int Parts => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BlockScales Unpack(byte* block, int part, out BlockPart q)
        {
            var numbers = (sbyte*)block + 2;
            q = new(
                Packed.WidenSigned(numbers), Packed.WidenSigned(numbers + 8),
                Packed.WidenSigned(numbers + 16), Packed.WidenSigned(numbers + 24));
            return new(Packed.Half(block));
        }
    }
}
