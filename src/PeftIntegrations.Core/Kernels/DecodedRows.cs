using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace PeftIntegrations.Core;

/// <summary>Rows of blocks that have no vector code of their own: each is decoded, multiplied and forgotten.</summary>
internal sealed unsafe class DecodedRows(GgufBlockType type) : BlockRows
{
    public override void Multiply(byte* weights, BlockInput x, float* y, (int Count, int Stride) outputs)
    {
        var length = x.Parts * BlockInput.Part;
        var bytes = length / type.Elements * type.Bytes;
        using var scratch = new FloatScratch(length);
        var row = scratch.Take(length);
        for (var o = 0; o < outputs.Count; o++, weights += bytes)
        {
            type.DecodeEach(new(weights, bytes), row);
            for (var i = 0; i < x.Count; i++)
            {
                y[(long)i * outputs.Stride + o] = TensorPrimitives.Dot(new ReadOnlySpan<float>(x.Numbers(i * x.Parts), length), row);
            }
        }
    }

    public override void Read(byte* blocks, Span<float> values) =>
        type.DecodeEach(new(blocks, values.Length / type.Elements * type.Bytes), values);
}
