namespace PeftIntegrations.Training;

/// <summary>
/// What training minimises: a sum over items (tokens, rows), and how many items there are, so that a step of several batches weighs each
/// item alike.
/// </summary>
public abstract record Objective
{
    /// <summary>The number of supervised items of a batch.</summary>
    public abstract long Items(TrainingBatch batch);

    /// <summary>The sum of the items' losses, a scalar in fp32.</summary>
    public abstract Tensor Sum(PretrainedModel model, TrainingBatch batch);

    /// <summary>What a model computed, in a type that sums of losses can bear: fp32, or fp64 where it is that.</summary>
    protected static Tensor InFullPrecision(Tensor computed) =>
        computed.dtype == ScalarType.Float64 ? computed : computed.to(ScalarType.Float32);
}
