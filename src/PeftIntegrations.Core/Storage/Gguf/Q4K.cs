using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>d·s·q − m·t, four bits a number; each 32 numbers have a scale s and a minimum t of six bits.</summary>
[RegisteredAs("Q4_K")]
internal sealed class Q4K() : GgufBlockType(12, Super, 144)
{
    public override BlockRows Rows { get; } = new UnpackedRows<Block>();

    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block);
        var m = Half(block[2..]);
        for (var part = 0; part < 8; part++)
        {
            var (s, t) = ScaleAndMinimum(block.Slice(4, 12), part);
            var scale = d * s;
            var minimum = m * t;
            var q = block.Slice(16 + part / 2 * 32, 32);
            var shift = part % 2 * 4;
            var target = values.Slice(part * 32, 32);
            for (var i = 0; i < q.Length; i++) target[i] = scale * (q[i] >> shift & 15) - minimum;
        }
    }

    /// <summary>
    /// The six bits of scale and minimum of a part, of eight in twelve bytes: the last four parts' upper bits fill the gaps in the
    /// first four's bytes.
    /// </summary>
    public static (int Scale, int Minimum) ScaleAndMinimum(ReadOnlySpan<byte> packed, int part) => part < 4
        ? (packed[part] & 63, packed[part + 4] & 63)
        : (packed[part + 4] & 15 | packed[part - 4] >> 6 << 4, packed[part + 4] >> 4 | packed[part] >> 6 << 4);

    private readonly unsafe struct Block : IBlock
    {
        public static int Bytes => 144;

        public static int Parts => 8;

        public static int Bits => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BlockScales Scales(byte* block, int part)
        {
            var (s, t) = ScaleAndMinimum(new(block + 4, 12), part);
            return new(Packed.Half(block) * s, shift: -(Packed.Half(block + 2) * t));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BlockPart Unpack(byte* block, int part)
        {
            var bytes = Numbers(block, part);
            var shift = Shift(part);
            return new(Four(bytes, shift), Four(bytes + 8, shift), Four(bytes + 16, shift), Four(bytes + 24, shift));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<sbyte> UnpackBytes(byte* block, int part) =>
            (Vector256.Load(Numbers(block, part)) >>> Shift(part)).AsSByte() & Packed.FifteenBytes;

        private static byte* Numbers(byte* block, int part) => block + 16 + part / 2 * 32;

        private static int Shift(int part) => part % 2 * 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<int> Four(byte* bytes, int shift) => Packed.Widen(bytes) >>> shift & Packed.Fifteen;
    }
}
