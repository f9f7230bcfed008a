using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Core;

/// <summary>What the kinds of <see cref="IBlock"/> are taken apart with.</summary>
internal static unsafe class Packed
{
    private const float HalfToSingle = 5.192296858534828e33f; // 2^112, the difference of the exponents' zeros
    private const int SignAndSize = unchecked((int)0x8FFFE000);

    /// <summary>Masks the lower half of a byte that is a number.</summary>
    public static Vector256<int> Fifteen => Vector256.Create(15);

    /// <summary>Masks the lower half of each byte.</summary>
    public static Vector256<sbyte> FifteenBytes => Vector256.Create((sbyte)15);

    /// <summary>A half-precision number; a scale is finite, so that infinity need not be told apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Half(byte* at)
    {
        var bits = *(short*)at << 13 & SignAndSize; // the sign stays where it is, the size is too small by 2^112
        return BitConverter.Int32BitsToSingle(bits) * HalfToSingle;
    }

    /// <summary>Eight bytes as numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Widen(byte* from)
    {
        if (Avx2.IsSupported) return Avx2.ConvertToVector256Int32(from);

        var (low, high) = Vector128.Widen(Vector128.WidenLower(Vector128.CreateScalar(*(ulong*)from).AsByte()));
        return Vector256.Create(low, high).AsInt32();
    }

    /// <summary>Thirty-two signed bytes as numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static BlockPart Widen(sbyte* from) => new(Eight(from), Eight(from + 8), Eight(from + 16), Eight(from + 24));

    /// <summary>The low halves of sixteen bytes, then the high ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<sbyte> Halves(byte* from)
    {
        var bytes = Vector128.Load(from);
        return Vector256.Create(bytes, (bytes.AsUInt16() >>> 4).AsByte()).AsSByte() & FifteenBytes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Eight(sbyte* from)
    {
        if (Avx2.IsSupported) return Avx2.ConvertToVector256Int32(from);

        var (low, high) = Vector128.Widen(Vector128.WidenLower(Vector128.CreateScalar(*(long*)from).AsSByte()));
        return Vector256.Create(low, high);
    }
}
