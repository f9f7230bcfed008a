using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace PeftIntegrations.Core;

/// <summary>Rows of blocks that have no vector code of their own: each is decoded, multiplied and forgotten.</summary>
internal sealed unsafe class DecodedRows(GgufBlockType type) : BlockRows
{
    public override void Read(byte* blocks, Span<float> values) =>
        type.DecodeEach(new(blocks, values.Length / type.Elements * type.Bytes), values);

    protected override int Bytes(int numbers) => numbers / type.Elements * type.Bytes;

    protected override float Multiply(byte* block, BlockInput x, Span<float> scratch)
    {
        Read(block, scratch);
        return TensorPrimitives.Dot(new ReadOnlySpan<float>(x.Numbers(0), scratch.Length), scratch);
    }
}
