namespace PeftIntegrations.Training;

/// <summary>What an optimiser remembers of the steps so far.</summary>
public abstract class OptimizerState : IDisposable
{
    /// <summary>Changes the tensors by their gradients.</summary>
    /// <param name="learningRate">η of this step.</param>
    public abstract void Step(double learningRate);

    /// <summary>The tensors it remembers, by name: what a checkpoint keeps.</summary>
    public abstract IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>Frees them.</summary>
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values) tensor.Dispose();
        GC.SuppressFinalize(this);
    }
}
