namespace PeftIntegrations.Models;

/// <summary>The scores of the labels at each text's last real token: [batch, seq, hidden] → [batch, labels].</summary>
public sealed class LastTokenClassifier(Projection output) : Head
{
    /// <inheritdoc/>
    public override string TaskType => "SEQ_CLS";

    /// <inheritdoc/>
    public override Projection Output => output;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor hidden, TokenBatch batch) =>
        output.Forward(batch.Mask is { } mask ? LastOf(hidden, mask) : hidden.select(1, hidden.shape[1] - 1));

    /// <summary>The vectors of the last real tokens: [batch, hidden].</summary>
    internal static Tensor LastOf(Tensor hidden, Tensor mask)
    {
        var (rows, seq) = (hidden.shape[0], hidden.shape[1]);
        var places = arange(seq, dtype: ScalarType.Int64, device: hidden.device).unsqueeze(0); // [1, seq]
        var last = (places * mask.to(ScalarType.Int64)).argmax(1); // [batch]
        return hidden.gather(1, last.view(rows, 1, 1).expand(rows, 1, hidden.shape[2])).squeeze(1);
    }
}
