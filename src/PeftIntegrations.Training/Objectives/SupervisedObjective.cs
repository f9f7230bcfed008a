namespace PeftIntegrations.Training;

/// <summary>An objective of labels: each supervised label is an item, judged by the scores that the model has for it.</summary>
public abstract record SupervisedObjective : Objective
{
    /// <inheritdoc/>
    public override long Items(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        return IsSupervised(Targets(batch)).sum().item<long>();
    }

    /// <inheritdoc/>
    public override Tensor Sum(PretrainedModel model, TrainingBatch batch)
    {
        var labels = Targets(batch);
        var places = IsSupervised(labels).reshape(-1).nonzero().squeeze(1); // [items]
        var scores = AtPlaces(model.Forward(batch.Tokens), labels.shape, places);
        return Sum(InFullPrecision(scores), labels.reshape(-1).index_select(0, places));
    }

    /// <summary>The labels, as the scores stand.</summary>
    protected virtual Tensor Targets(TrainingBatch batch) => batch.Labels;

    /// <summary>Where there is something to learn. Default where the label is not <see cref="TrainingBatch.Ignored"/>.</summary>
    protected virtual Tensor IsSupervised(Tensor labels) => labels.ne(TrainingBatch.Ignored);

    /// <summary>The sum of the items' losses.</summary>
    /// <param name="scores">[items, classes] in fp32 or fp64.</param>
    /// <param name="labels">[items].</param>
    protected abstract Tensor Sum(Tensor scores, Tensor labels);

    /// <summary>The only score of each item, for an objective of numbers.</summary>
    protected Tensor OnlyScore(Tensor scores) => scores.shape[1] == 1
        ? scores.squeeze(1) // [items]
        : throw new ArgumentException(
            $"{GetType().Name} needs one label for each score, but there are {scores.shape[1]} scores a label. "
            + "Give as many numbers a row as the head has labels, or load the model with Labels = 1.");

    // [items, classes]: of the labels at these places, [items], among all flattened
    private Tensor AtPlaces(Tensor scores, long[] shape, Tensor places)
    {
        var fits = scores.shape.Length - shape.Length is 0 or 1 && scores.shape.AsSpan().StartsWith(shape);
        if (!fits)
        {
            throw new ArgumentException(
                $"{GetType().Name} has labels [{string.Join(", ", shape)}] for scores [{string.Join(", ", scores.shape)}]: "
                + "the scores' shape must begin with the labels'. Choose the head or the objective that fits the data.");
        }

        var classes = scores.shape.Length > shape.Length ? scores.shape[^1] : 1;
        return scores.reshape(-1, classes).index_select(0, places);
    }
}
