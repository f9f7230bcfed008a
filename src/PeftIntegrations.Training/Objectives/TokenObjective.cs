namespace PeftIntegrations.Training;

/// <summary>An objective of tokens over a vocabulary: no scores are made where no label is.</summary>
public abstract record TokenObjective : SupervisedObjective
{
    /// <summary>Whether it is the plain cross-entropy, which need not hold the scores of all tokens at once.</summary>
    protected virtual bool IsPlain => false;

    /// <inheritdoc/>
    public override Tensor Sum(PretrainedModel model, TrainingBatch batch)
    {
        var labels = Targets(batch);
        var places = IsSupervised(labels).reshape(-1).nonzero().squeeze(1); // [items]
        var wanted = labels.reshape(-1).index_select(0, places);
        var hidden = model.Hidden(batch.Tokens); // [batch, seq, hidden]
        var labelled = hidden.narrow(1, 0, labels.shape[1]).reshape(-1, hidden.shape[2]).index_select(0, places); // [items, hidden]
        return IsPlain && model.Head.Output is { } output && VocabularyEntropy.Serves(output)
            ? VocabularyEntropy.Of(model.Head.Prepare(labelled), output, wanted)
            : Sum(InFullPrecision(model.Head.Forward(labelled, batch.Tokens)), wanted); // [items, vocab]
    }
}
