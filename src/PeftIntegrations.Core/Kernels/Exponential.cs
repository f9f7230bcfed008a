using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>
/// e^x of many numbers, to 2e-7 of each: a softmax and a gate need no more. <c>TensorPrimitives</c> computes it through fp64, and takes
/// four times as long.
/// </summary>
public static class Exponential
{
    private const float Least = -87.33f; // e to less is 0 here, as it is no normal number
    private const float Most = 88.72f;

    /// <summary>Puts e^(scale·x − shift) in the place of each x, and gives their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first prompt is read before the runtime would think of it
    public static float Sum(Span<float> numbers, float scale, float shift)
    {
        ref var first = ref MemoryMarshal.GetReference(numbers);
        var (factor, less, sums) = (Vector256.Create(scale), Vector256.Create(-shift), Vector256<float>.Zero);
        var i = 0;
        for (; i <= numbers.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var e = Of(Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref first, (nuint)i), factor, less));
            e.StoreUnsafe(ref first, (nuint)i);
            sums += e;
        }

        var sum = Vector256.Sum(sums);
        for (; i < numbers.Length; i++) sum += numbers[i] = MathF.Exp((scale * numbers[i]) - shift);
        return sum;
    }

    /// <summary>e^x of each; what is not a number stays so.</summary>
    /// <remarks>2ⁿ·e^r with |r| ≤ ln 2 / 2 (Cody and Waite), e^r by its series.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x)
    {
        var inside = Vector256.MaxNative(Vector256.Create(Least), Vector256.MinNative(Vector256.Create(Most), x)); // NaN: the second one
        var n = Vector256.Round(inside * Vector256.Create(1.44269504f));
        var r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693145752f), inside);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-1.42860677e-6f), r);
        var p = Vector256.Create(1 / 720f);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1 / 120f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1 / 24f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1 / 6f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1 / 2f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);
        var power = (Vector256.ConvertToInt32Native(n) + Vector256.Create(127)) << 23;
        return Vector256.AndNot(p * power.AsSingle(), Vector256.LessThan(x, Vector256.Create(Least)));
    }
}
