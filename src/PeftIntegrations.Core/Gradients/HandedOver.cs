namespace PeftIntegrations.Core;

/// <summary>
/// The gradients that a function gave to libtorch last on this thread. libtorch takes its own hold of them once the function has returned,
/// so ours goes when the next one gives some, or when the step is over.
/// </summary>
public static class HandedOver
{
    [ThreadStatic]
    private static List<Tensor>? _gradients;

    /// <summary>Lets go of them: called when a step's backward pass is over.</summary>
    public static void Release()
    {
        _gradients?.ForEach(gradient => gradient?.Dispose());
        _gradients = null;
    }

    /// <summary>Keeps the next ones instead.</summary>
    internal static List<Tensor> Keep(List<Tensor> gradients)
    {
        Release();
        return _gradients = gradients;
    }
}
