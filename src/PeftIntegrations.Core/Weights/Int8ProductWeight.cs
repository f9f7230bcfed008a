namespace PeftIntegrations.Core;

/// <summary>
/// A matrix kept in a GGUF file's blocks, by which rounded inputs are multiplied in whole numbers where no gradient is asked for, as
/// llama.cpp does: each thirty-two numbers of an input become signed bytes with a scale of their own. Many rows go twice as fast, one row
/// 1.3 times; a result is off by some 0.5 % of a typical one. With gradients it is the weight that it keeps, and gives the gradients of it.
/// </summary>
/// <remarks>
/// Q4_0, Q4_1 and Q4_K are multiplied so by any rows, Q8_0 and Q6_K by up to three. More rows, other blocks, a weight in no blocks, and
/// any on a GPU or a processor without AVX2 are multiplied as without it.
/// </remarks>
/// <param name="stored">The weight as its checkpoint keeps it.</param>
[RegisteredAs("int8-products")]
public sealed class Int8ProductWeight(FrozenWeight stored) : FrozenWeight
{
    private readonly Lazy<RoundedProduct?> _rounded = new(() => (stored as GgufWeight)?.Rounded());

    /// <inheritdoc/>
    public override IReadOnlyList<long> Shape => stored.Shape;

    /// <inheritdoc/>
    public override ScalarType DType => stored.DType;

    /// <inheritdoc/>
    public override Device Device => stored.Device;

    /// <inheritdoc/>
    public override IEnumerable<Tensor> Stored => stored.Stored;

    /// <inheritdoc/>
    public override Tensor Read() => stored.Read();

    /// <inheritdoc/>
    public override Tensor ReadRows(Tensor ids) => stored.ReadRows(ids);

    /// <inheritdoc/>
    public override Tensor Multiply(Tensor x, Tensor? bias) =>
        _rounded.Value is { } rounded && rounded.Serves(x, Shape[^1])
            ? rounded.Multiply(x, bias)
            : stored.Multiply(x, bias);

    /// <inheritdoc/>
    /// <remarks>It is asked by functions that have a gradient, so nothing is rounded.</remarks>
    public override Tensor Product(Tensor x, Tensor? bias) => stored.Product(x, bias);

    /// <inheritdoc/>
    public override Tensor ProductBack(Tensor gradient) => stored.ProductBack(gradient);
}
