using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>d·s·(q − 32), six bits a number: four in one place, two in another; each 16 numbers have a signed byte of scale s.</summary>
[RegisteredAs("Q6_K")]
internal sealed class Q6K() : GgufBlockType(14, Super, 210)
{
    public override BlockRows Rows { get; } = new UnpackedRows<Block>();

    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block[208..]);
        for (var part = 0; part < 16; part++)
        {
            // Of each half's eight parts, the pairs 0 and 2 share 32 bytes of low bits, as do 1 and 3; all four share the high ones.
            var (half, pair, side) = (part / 8, part % 8 / 2, part % 2 * 16);
            var low = block.Slice(half * 64 + pair % 2 * 32 + side, 16);
            var high = block.Slice(128 + half * 32 + side, 16);
            var (lowShift, highShift) = (pair / 2 * 4, pair * 2);
            var scale = d * (sbyte)block[192 + part];
            var target = values.Slice(part * 16, 16);
            for (var i = 0; i < low.Length; i++) target[i] = scale * ((low[i] >> lowShift & 15 | (high[i] >> highShift & 3) << 4) - 32);
        }
    }

    private readonly unsafe struct Block : IBlock
    {
        public static int Bytes => 210;

        public static int Parts => 8;

        public static int Bits => 6;

        public static int Least => -32;

        public static bool HasHalves => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BlockScales Scales(byte* block, int part)
        {
            var d = Packed.Half(block + 208);
            var scales = (sbyte*)block + 192 + 2 * part;
            return new(d * scales[0], d * scales[1], Shift: 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BlockPart Unpack(byte* block, int part)
        {
            byte* low = Low(block, part), high = High(block, part);
            var pair = part % 4;
            return new(Six(low, high, pair), Six(low + 8, high + 8, pair), Six(low + 16, high + 16, pair), Six(low + 24, high + 24, pair));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<sbyte> UnpackBytes(byte* block, int part)
        {
            var four = (Vector256.Load(Low(block, part)) >>> part % 4 / 2 * 4).AsSByte() & Packed.FifteenBytes;
            var two = (Vector256.Load(High(block, part)) >>> part % 4 * 2).AsSByte() & Vector256.Create((sbyte)3);
            return (four | two << 4) + Vector256.Create((sbyte)Least);
        }

        private static byte* Low(byte* block, int part) => block + part / 4 * 64 + part % 2 * 32;

        private static byte* High(byte* block, int part) => block + 128 + part / 4 * 32;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<int> Six(byte* low, byte* high, int pair)
        {
            var four = Packed.Widen(low) >>> pair / 2 * 4 & Packed.Fifteen;
            var two = Packed.Widen(high) >>> pair * 2 & Vector256.Create(3);
            return (four | two << 4) + Vector256.Create(Least);
        }
    }
}
