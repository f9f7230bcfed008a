namespace PeftIntegrations.Training;

/// <summary>Examples to train on, of any kind: what a training run asks of them.</summary>
public interface ITrainingRows
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>Tokens of an example.</summary>
    int TokensOf(int row);

    /// <summary>All numbers of an example, labels included: two data sets with the same numbers are the same.</summary>
    IEnumerable<int> NumbersOf(int row);

    /// <summary>Some examples as tensors, padded on the right to the longest.</summary>
    TrainingBatch Batch(IReadOnlyList<int> rows, Device device);
}
