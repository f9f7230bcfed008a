namespace PeftIntegrations.Training;

/// <summary>What training minimises: a sum over items (tokens, rows), and how many items there are, so that a step of several batches weighs each item alike.</summary>
public abstract record Objective
{
    /// <summary>The number of supervised items of a batch.</summary>
    public abstract long Items(TrainingBatch batch);

    /// <summary>The sum of the items' losses, a scalar in fp32.</summary>
    public abstract Tensor Sum(PretrainedModel model, TrainingBatch batch);
}
