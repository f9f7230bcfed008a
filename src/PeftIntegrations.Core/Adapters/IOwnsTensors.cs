namespace PeftIntegrations.Core;

/// <summary>A shared part of an adapter (<see cref="TensorPool.Part"/>) with tensors of its own.</summary>
public interface IOwnsTensors
{
    /// <summary>The tensors by whole names.</summary>
    IEnumerable<(string Name, Parameter Tensor)> Tensors { get; }
}
