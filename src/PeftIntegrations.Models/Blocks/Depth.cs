namespace PeftIntegrations.Models;

/// <summary>The layers of a stack, one after another.</summary>
internal static class Depth
{
    /// <summary>Runs the layers; what one allocates and nobody keeps is freed before the next.</summary>
    /// <param name="hidden">[batch, seq, hidden].</param>
    /// <param name="layers">The layers.</param>
    /// <param name="forward">What a layer does.</param>
    /// <returns>[batch, seq, hidden].</returns>
    public static Tensor Run<TLayer>(Tensor hidden, IReadOnlyList<TLayer> layers, Func<TLayer, Tensor, Tensor> forward) =>
        layers.Aggregate(hidden, (h, layer) => Run(h, layer, forward));

    private static Tensor Run<TLayer>(Tensor hidden, TLayer layer, Func<TLayer, Tensor, Tensor> forward)
    {
        using var scope = NewDisposeScope();
        var result = forward(layer, hidden);
        return scope.Contains(result) ? result.MoveToOuterDisposeScope() : result;
    }
}
