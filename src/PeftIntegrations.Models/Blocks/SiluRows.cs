using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PeftIntegrations.Models;

/// <summary>SiLU(gate) ∘ up over the rows of two tensors, in one visit to their memory.</summary>
internal static class SiluRows
{
    /// <summary>Whether these can be read so.</summary>
    public static bool Serves(Tensor gate, Tensor up) => FloatRows.Serves(gate) && FloatRows.Serves(up) && gate.dtype == up.dtype;

    /// <summary>SiLU(gate) ∘ up.</summary>
    public static Tensor Gate(Tensor gate, Tensor up)
    {
        var y = empty_like(gate);
        var (gates, ups, to) = (new FloatRows(gate), new FloatRows(up), new FloatRows(y));
        Crew.RunRows(gates.Count, gates.Length, (first, end) =>
        {
            var length = gates.Length;
            using var memory = new FloatScratch(3 * length);
            var scratch = memory.Take(3 * length);
            for (var row = first; row < end; row++)
            {
                var open = gates.Read(row, scratch);
                var written = to.Open(row, scratch[(2 * length)..]);
                Gate(open, ups.Read(row, scratch[length..]), written);
                to.Close(row, written);
            }
        });
        return y;
    }

    /// <summary>The gradients by gate, g ∘ up ∘ (σ + silu·(1 − σ)), and by up, g ∘ silu.</summary>
    public static (Tensor ByGate, Tensor ByUp) Gradients(Tensor gradient, Tensor gate, Tensor up)
    {
        var (byGate, byUp) = (empty_like(gate), empty_like(up));
        var (g, gates, ups) = (new FloatRows(gradient), new FloatRows(gate), new FloatRows(up));
        var (toGate, toUp) = (new FloatRows(byGate), new FloatRows(byUp));
        Crew.RunRows(gates.Count, gates.Length, (first, end) =>
        {
            var length = gates.Length;
            using var memory = new FloatScratch(5 * length);
            var scratch = memory.Take(5 * length);
            for (var row = first; row < end; row++)
            {
                var own = g.Read(row, scratch);
                var open = gates.Read(row, scratch[length..]);
                var silu = toUp.Open(row, scratch[(3 * length)..]);
                var slope = toGate.Open(row, scratch[(4 * length)..]);
                ups.Read(row, scratch[(2 * length)..]).CopyTo(slope);
                Slope(own, open, slope, silu);
                toGate.Close(row, slope);
                toUp.Close(row, silu);
            }
        });
        return (byGate, byUp);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first prompt is read before the runtime would think of it
    private static void Gate(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y)
    {
        var i = 0;
        for (; i <= gate.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var x = At(gate, i);
            (x * Sigmoid(x) * At(up, i)).CopyTo(y[i..]);
        }

        for (; i < gate.Length; i++) y[i] = gate[i] * Sigmoid(gate[i]) * up[i];
    }

    // In place of up the gradient by gate.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Slope(ReadOnlySpan<float> gradient, ReadOnlySpan<float> gate, Span<float> up, Span<float> byUp)
    {
        var i = 0;
        for (; i <= gate.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> g = At(gradient, i), x = At(gate, i), sigmoid = Sigmoid(x), silu = x * sigmoid;
            (g * At(up, i) * (sigmoid + silu * (Vector256<float>.One - sigmoid))).CopyTo(up[i..]);
            (g * silu).CopyTo(byUp[i..]);
        }

        for (; i < gate.Length; i++)
        {
            var (sigmoid, silu) = (Sigmoid(gate[i]), gate[i] * Sigmoid(gate[i]));
            (up[i], byUp[i]) = (gradient[i] * up[i] * (sigmoid + silu * (1 - sigmoid)), gradient[i] * silu);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> At(ReadOnlySpan<float> numbers, int place) => Vector256.Create(numbers[place..]);

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Sigmoid(Vector256<float> x) => Vector256<float>.One / (Vector256<float>.One + Exponential.Of(-x));
}
