namespace PeftIntegrations.Core;

/// <summary>One tensor as the header of a <see cref="GgufFile"/> describes it.</summary>
/// <param name="Type">How its numbers are stored, such as <c>Q4_K</c>.</param>
/// <param name="Shape">The size of each dimension in torch's order, the last one contiguous; GGUF itself reverses them.</param>
/// <param name="Begin">Where its bytes begin, counted from the start of the file.</param>
/// <param name="Bytes">How many bytes it has.</param>
public sealed record GgufTensor(string Type, IReadOnlyList<long> Shape, long Begin, long Bytes);
