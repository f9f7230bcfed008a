namespace PeftIntegrations.Core;

/// <summary>One tensor as the header of a <see cref="SafeTensorsFile"/> describes it.</summary>
/// <param name="DType">The element type as the file writes it, such as <c>BF16</c>.</param>
/// <param name="Shape">The size of each dimension; none for a scalar.</param>
/// <param name="Begin">Where its bytes begin, counted from the start of the file.</param>
/// <param name="End">Where they end.</param>
public sealed record SafeTensorsEntry(string DType, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>torch's type of its elements; null if it has none.</summary>
    public ScalarType? Type => SafeTensorsTypes.Torch(DType);

    /// <summary>How many bytes it has.</summary>
    public long Bytes => End - Begin;
}
