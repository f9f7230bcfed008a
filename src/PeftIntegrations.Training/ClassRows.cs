namespace PeftIntegrations.Training;

/// <summary>Texts, each of which is of one class.</summary>
/// <param name="texts">The texts.</param>
/// <param name="classes">The class of each.</param>
public sealed class ClassRows(IReadOnlyList<EncodedText> texts, IReadOnlyList<int> classes) : EncodedRows(texts)
{
    /// <inheritdoc/>
    protected override Tensor Labels(IReadOnlyList<int> rows, Device device) =>
        tensor(rows.Select(row => (long)classes[row]).ToArray(), device: device); // [batch]

    /// <inheritdoc/>
    protected override IEnumerable<int> LabelNumbersOf(int row) => [classes[row]];
}
