namespace PeftIntegrations.Training;

/// <summary>What an optimiser remembers of the steps so far.</summary>
public abstract class OptimizerState : IDisposable
{
    /// <summary>Changes the tensors by their gradients.</summary>
    /// <param name="learningRate">η of this step.</param>
    public abstract void Step(double learningRate);

    /// <summary>All that it remembers, by name, the count of steps too: a checkpoint keeps these tensors, and fills them again.</summary>
    public abstract IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>Frees them.</summary>
    public void Dispose()
    {
        foreach (var tensor in Tensors.Values) tensor.Dispose();
        GC.SuppressFinalize(this);
    }
}
