using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>bf16 numbers as the upper halves of fp32 ones.</summary>
public static class BFloat16
{
    /// <summary>The same numbers in fp32; nothing is lost.</summary>
    public static void Widen(ReadOnlySpan<ushort> from, Span<float> to)
    {
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to[..from.Length]);
        var i = 0;
        for (; i <= from.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)i));
            (low << 16).AsSingle().StoreUnsafe(ref target, (nuint)i);
            (high << 16).AsSingle().StoreUnsafe(ref target, (nuint)i + 8);
        }

        for (; i < from.Length; i++) to[i] = Widen(from[i]);
    }

    /// <summary>The nearest bf16 numbers, ties to even, as libtorch rounds.</summary>
    public static void Narrow(ReadOnlySpan<float> from, Span<ushort> to)
    {
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to[..from.Length]);
        var i = 0;
        for (; i <= from.Length - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            var low = Narrow(Vector256.LoadUnsafe(ref source, (nuint)i));
            var high = Narrow(Vector256.LoadUnsafe(ref source, (nuint)i + 8));
            Vector256.Narrow(low, high).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < from.Length; i++) to[i] = Narrow(from[i]);
    }

    /// <summary>One number in fp32.</summary>
    public static float Widen(ushort number) => BitConverter.UInt32BitsToSingle((uint)number << 16);

    /// <summary>The nearest bf16 number.</summary>
    public static ushort Narrow(float number)
    {
        var bits = BitConverter.SingleToUInt32Bits(number);
        return float.IsNaN(number) ? NaN : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private const ushort NaN = 0x7FC0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Narrow(Vector256<float> numbers)
    {
        var bits = numbers.AsUInt32();
        var even = (bits >>> 16) & Vector256<uint>.One;
        var rounded = (bits + Vector256.Create(0x7FFFu) + even) >>> 16;
        return Vector256.ConditionalSelect(Vector256.IsNaN(numbers).AsUInt32(), Vector256.Create((uint)NaN), rounded);
    }
}
