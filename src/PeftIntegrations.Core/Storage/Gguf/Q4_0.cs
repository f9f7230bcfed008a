using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>d·(q − 8), four bits a number: the low halves of 16 bytes, then the high ones.</summary>
[RegisteredAs("Q4_0")]
internal sealed class Q4_0() : GgufBlockType(2, 32, 18)
{
    public override BlockRows Rows { get; } = new UnpackedRows<Block>();

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

    private readonly unsafe struct Block : IBlock
    {
        public static int Bytes => 18;

        public static int Parts => 1;

        public static int Bits => 4;

        public static int Least => -8;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BlockScales Scales(byte* block, int part) => new(Packed.Half(block));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BlockPart Unpack(byte* block, int part)
        {
            Vector256<int> bytes = Packed.Widen(block + 2), others = Packed.Widen(block + 10), least = Vector256.Create(Least);
            return new(
                (bytes & Packed.Fifteen) + least, (others & Packed.Fifteen) + least, (bytes >>> 4) + least, (others >>> 4) + least);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<sbyte> UnpackBytes(byte* block, int part) => Packed.Halves(block + 2) + Vector256.Create((sbyte)Least);
    }
}
