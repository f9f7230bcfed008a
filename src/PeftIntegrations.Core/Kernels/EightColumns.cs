using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Core;

/// <summary>Eight rows of eight words as their columns.</summary>
internal static unsafe class EightColumns
{
    /// <summary>Rows, and columns.</summary>
    public const int Count = 8;

    /// <summary>Puts the columns of eight vectors in their place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first prompt is read before the runtime would think of it
    public static void Turn(Vector256<int>* rows)
    {
        var (a, b, c, d) = Four(rows[0], rows[1], rows[2], rows[3]);
        var (e, f, g, h) = Four(rows[4], rows[5], rows[6], rows[7]);
        (rows[0], rows[4]) = Halves(a, e);
        (rows[1], rows[5]) = Halves(b, f);
        (rows[2], rows[6]) = Halves(c, g);
        (rows[3], rows[7]) = Halves(d, h);
    }

    // The columns of four rows, within each half of them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<int> A, Vector256<int> B, Vector256<int> C, Vector256<int> D) Four(
        Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        Vector256<long> lowAb = Avx2.UnpackLow(a, b).AsInt64(), highAb = Avx2.UnpackHigh(a, b).AsInt64();
        Vector256<long> lowCd = Avx2.UnpackLow(c, d).AsInt64(), highCd = Avx2.UnpackHigh(c, d).AsInt64();
        return (
            Avx2.UnpackLow(lowAb, lowCd).AsInt32(), Avx2.UnpackHigh(lowAb, lowCd).AsInt32(),
            Avx2.UnpackLow(highAb, highCd).AsInt32(), Avx2.UnpackHigh(highAb, highCd).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<int> Lower, Vector256<int> Upper) Halves(Vector256<int> a, Vector256<int> b) =>
        (Avx2.Permute2x128(a, b, 0x20), Avx2.Permute2x128(a, b, 0x31));
}
