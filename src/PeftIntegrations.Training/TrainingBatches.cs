namespace PeftIntegrations.Training;

/// <summary>Token rows as tensors on a model's device.</summary>
internal static class TrainingBatches
{
    /// <summary>The rows, padded on the right to the longest.</summary>
    public static TrainingBatch From(IReadOnlyList<TokenSequence> rows, Device device)
    {
        var batch = Data.Padding.ToLongest(rows, paddingId: 0);
        long[] shape = [batch.Rows, batch.Length];
        var mask = batch.Mask.Contains(0) ? tensor(batch.Mask, shape).to(ScalarType.Bool).to(device) : null;
        return new(new(tensor(batch.Ids, shape).to(device), mask), tensor(batch.Labels, shape).to(device));
    }
}
