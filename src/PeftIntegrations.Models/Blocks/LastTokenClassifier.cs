namespace PeftIntegrations.Models;

/// <summary>The scores of the labels at each text's last real token: [batch, seq, hidden] → [batch, labels].</summary>
public sealed class LastTokenClassifier(Projection output) : Head
{
    /// <inheritdoc/>
    public override string TaskType => "SEQ_CLS";

    /// <inheritdoc/>
    public override Projection Output => output;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor hidden, TokenBatch batch)
    {
        var (rows, seq) = (hidden.shape[0], hidden.shape[1]);
        var places = arange(seq, dtype: ScalarType.Int64, device: hidden.device).unsqueeze(0); // [1, seq]
        var last = batch.Mask is { } mask ? (places * mask.to(ScalarType.Int64)).argmax(1) : full(rows, seq - 1, dtype: ScalarType.Int64, device: hidden.device);
        var index = last.view(rows, 1, 1).expand(rows, 1, hidden.shape[2]);
        return output.Forward(hidden.gather(1, index).squeeze(1));
    }
}
