using System.Buffers;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

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
            var scratch = ArrayPool<float>.Shared.Rent(3 * length);
            for (var row = first; row < end; row++)
            {
                var open = gates.Read(row, scratch);
                var written = to.Open(row, scratch.AsSpan(2 * length));
                Exponential.Sigmoid(open, written);
                TensorPrimitives.Multiply(written, open, written);
                TensorPrimitives.Multiply(written, ups.Read(row, scratch.AsSpan(length)), written);
                to.Close(row, written);
            }

            ArrayPool<float>.Shared.Return(scratch);
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
            var scratch = ArrayPool<float>.Shared.Rent(6 * length);
            for (var row = first; row < end; row++)
            {
                var own = g.Read(row, scratch);
                var open = gates.Read(row, scratch.AsSpan(length));
                var sigmoid = scratch.AsSpan(5 * length, length);
                var silu = toUp.Open(row, scratch.AsSpan(3 * length));
                var slope = toGate.Open(row, scratch.AsSpan(4 * length));
                Exponential.Sigmoid(open, sigmoid);
                TensorPrimitives.Multiply(open, sigmoid, silu);
                TensorPrimitives.Subtract(1, sigmoid, slope);
                TensorPrimitives.MultiplyAdd(slope, silu, sigmoid, slope);
                TensorPrimitives.Multiply(slope, ups.Read(row, scratch.AsSpan(2 * length)), slope);
                TensorPrimitives.Multiply(slope, own, slope);
                TensorPrimitives.Multiply(silu, own, silu);
                toGate.Close(row, slope);
                toUp.Close(row, silu);
            }

            ArrayPool<float>.Shared.Return(scratch);
        });
        return (byGate, byUp);
    }
}
