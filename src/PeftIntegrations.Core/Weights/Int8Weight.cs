using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>
/// A matrix kept as signed bytes, each row with the scale of its largest number (LLM.int8(), Dettmers et al. 2022, arXiv:2208.07339): half
/// of bf16's memory. Few rows are multiplied by the bytes themselves; for more it is dequantised, used and freed.
/// </summary>
[RegisteredAs("int8")]
public sealed class Int8Weight : FrozenWeight
{
    private static readonly UnpackedRows<Block> Kernel = new();

    private readonly Tensor _whole; // [out, in] of int8
    private readonly Tensor _scales; // [out] of fp32
    private readonly Lazy<BlockProduct> _product;

    /// <summary>Rounds a matrix [out, in]; it computes in the matrix's type.</summary>
    public Int8Weight(Tensor weight) : this(new DenseWeight(weight))
    {
    }

    /// <summary>Rounds a matrix that is kept in another way.</summary>
    public Int8Weight(FrozenWeight stored)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var wide = stored.Read().to(ScalarType.Float32);
        var scales = wide.abs().amax([1L], keepdim: true) / sbyte.MaxValue; // [out, 1]
        _whole = (wide / scales.clamp(min: 1e-30f)).round().to(ScalarType.Int8).DetachFromDisposeScope();
        _scales = scales.squeeze(1).DetachFromDisposeScope();
        (Shape, DType, Device) = (stored.Shape, stored.DType, stored.Device);
        _product = new(() => new BlockProduct(Kernel, _whole));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<long> Shape { get; }

    /// <inheritdoc/>
    public override ScalarType DType { get; }

    /// <inheritdoc/>
    public override Device Device { get; }

    /// <inheritdoc/>
    public override IEnumerable<Tensor> Stored => [_whole, _scales];

    /// <inheritdoc/>
    public override Tensor Read() => Widened(_whole, _scales);

    /// <inheritdoc/>
    public override Tensor ReadRows(Tensor ids) => Widened(_whole.index_select(0, ids), _scales.index_select(0, ids));

    /// <inheritdoc/>
    public override Tensor Product(Tensor x, Tensor? bias)
    {
        if (!FewRows.Serves(x, Shape[^1]) || Shape[1] % BlockInput.Part != 0 || _whole.IsInvalid) return base.Product(x, bias);

        using var scope = NewDisposeScope();
        var y = _product.Value.Multiply(x.to(ScalarType.Float32), null).mul_(_scales).to(x.dtype); // [..., out]
        return (bias is null ? y : y.add_(bias)).MoveToOuterDisposeScope();
    }

    private Tensor Widened(Tensor whole, Tensor scales)
    {
        using var scope = NewDisposeScope();
        return (whole.to(ScalarType.Float32) * scales.unsqueeze(1)).to(DType).MoveToOuterDisposeScope();
    }

    private readonly unsafe struct Block : IBlock
    {
        public static int Bytes => BlockInput.Part;

        public static int Parts => 1;

        public static int Bits => 8;

        public static int Least => -sbyte.MaxValue;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BlockScales Scales(byte* block, int part) => new(scale: 1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BlockPart Unpack(byte* block, int part) => Packed.Widen((sbyte*)block);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<sbyte> UnpackBytes(byte* block, int part) => Vector256.Load((sbyte*)block);
    }
}
