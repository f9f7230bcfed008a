using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>d·q + m, four bits a number.</summary>
[RegisteredAs("Q4_1")]
internal sealed class Q4_1() : GgufBlockType(3, 32, 20)
{
    public override BlockRows Rows { get; } = new UnpackedRows<Block>();

    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block);
        var m = Half(block[2..]);
        var q = block.Slice(4, 16);
        var low = values[..16];
        var high = values.Slice(16, 16);
        for (var i = 0; i < q.Length; i++)
        {
            low[i] = d * (q[i] & 15) + m;
            high[i] = d * (q[i] >> 4) + m;
        }
    }

    private readonly unsafe struct Block : IBlock
    {
        public static int Bytes => 20;

        public static int Parts => 1;

        public static int Bits => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BlockScales Scales(byte* block, int part) => new(Packed.Half(block), shift: Packed.Half(block + 2));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BlockPart Unpack(byte* block, int part)
        {
            Vector256<int> bytes = Packed.Widen(block + 4), others = Packed.Widen(block + 12);
            return new(bytes & Packed.Fifteen, others & Packed.Fifteen, bytes >>> 4, others >>> 4);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<sbyte> UnpackBytes(byte* block, int part) => Packed.Halves(block + 4);
    }
}
