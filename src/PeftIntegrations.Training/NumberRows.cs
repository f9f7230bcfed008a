namespace PeftIntegrations.Training;

/// <summary>Texts with numbers: one each, to be met, or one for each label of the model, 1 where it applies and 0 where not.</summary>
/// <param name="texts">The texts.</param>
/// <param name="numbers">As many for each text.</param>
public sealed class NumberRows(IReadOnlyList<EncodedText> texts, IReadOnlyList<float[]> numbers) : EncodedRows(texts)
{
    /// <inheritdoc/>
    protected override Tensor Labels(IReadOnlyList<int> rows, Device device) =>
        tensor(rows.SelectMany(row => numbers[row]).ToArray(), [rows.Count, numbers[rows[0]].Length], device: device); // [batch, numbers]

    /// <inheritdoc/>
    protected override IEnumerable<int> LabelNumbersOf(int row) => numbers[row].Select(BitConverter.SingleToInt32Bits);
}
