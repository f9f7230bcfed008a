namespace PeftIntegrations.Training;

/// <summary>An objective of tokens over a vocabulary: no scores are made where no label is.</summary>
public abstract record TokenObjective : SupervisedObjective
{
    /// <inheritdoc/>
    protected override Tensor Scores(PretrainedModel model, TrainingBatch batch, long[] shape, Tensor places)
    {
        var hidden = model.Hidden(batch.Tokens); // [batch, seq, hidden]
        var labelled = hidden.narrow(1, 0, shape[1]).reshape(-1, hidden.shape[2]).index_select(0, places); // [items, hidden]
        return model.Head.Forward(labelled, batch.Tokens); // [items, vocab]
    }
}
