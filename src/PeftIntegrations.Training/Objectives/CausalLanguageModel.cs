namespace PeftIntegrations.Training;

/// <summary>Cross-entropy of each supervised token given those before it (Radford et al. 2018). No logits are made where no label is.</summary>
[RegisteredAs("causal-lm")]
public sealed record CausalLanguageModel : Objective
{
    /// <inheritdoc/>
    public override long Items(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        return Next(batch.Labels).ne(TrainingBatch.Ignored).sum().item<long>();
    }

    /// <inheritdoc/>
    public override Tensor Sum(PretrainedModel model, TrainingBatch batch)
    {
        var hidden = model.Hidden(batch.Tokens); // [batch, seq, hidden]
        var labels = Next(batch.Labels).reshape(-1);
        var supervised = labels.ne(TrainingBatch.Ignored).nonzero().squeeze(1); // [items]
        var before = hidden.narrow(1, 0, hidden.shape[1] - 1).reshape(-1, hidden.shape[2]).index_select(0, supervised); // [items, hidden]
        var logits = model.Head.Forward(before, batch.Tokens); // [items, vocab]
        return nn.functional.cross_entropy(
            logits.to(logits.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32), labels.index_select(0, supervised), reduction: nn.Reduction.Sum);
    }

    private static Tensor Next(Tensor labels) => labels.narrow(1, 1, labels.shape[1] - 1); // token i is predicted at place i − 1
}
