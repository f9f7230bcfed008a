using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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

        public static int Bits => 8;

        public static int Least => sbyte.MinValue;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BlockScales Scales(byte* block, int part) => new(Packed.Half(block));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BlockPart Unpack(byte* block, int part) => Packed.Widen((sbyte*)block + 2);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<sbyte> UnpackBytes(byte* block, int part) => Vector256.Load((sbyte*)block + 2);
    }
}
