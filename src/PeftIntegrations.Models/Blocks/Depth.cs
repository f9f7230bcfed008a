namespace PeftIntegrations.Models;

/// <summary>The layers of a stack, one after another.</summary>
internal static class Depth
{
    /// <summary>Runs the layers; what one allocates and nobody keeps is freed before the next.</summary>
    /// <param name="model">The model they are of, which says what of them is kept for gradients.</param>
    /// <param name="hidden">[batch, seq, hidden].</param>
    /// <param name="layers">The layers.</param>
    /// <param name="forward">What a layer does.</param>
    /// <returns>[batch, seq, hidden].</returns>
    public static Tensor Run<TLayer>(
        PretrainedModel model, Tensor hidden, IReadOnlyList<TLayer> layers, Func<TLayer, Tensor, Tensor> forward)
    {
        var recomputed = is_grad_enabled() ? model.Checkpointing : GradientCheckpointing.None;
        var given = hidden;
        for (var i = 0; i < layers.Count; i++)
        {
            var (layer, before) = (layers[i], hidden);
            hidden = recomputed.Covers(i) ? Recomputation.Of(before, Layer) : Layer(before);
            if (!ReferenceEquals(before, given) && !ReferenceEquals(before, hidden)) before.Dispose();

            Tensor Layer(Tensor h) => Freeing(h, x => forward(layer, x));
        }

        return hidden;
    }

    private static Tensor Freeing(Tensor hidden, Func<Tensor, Tensor> layer)
    {
        using var scope = NewDisposeScope();
        var result = layer(hidden);
        return scope.Contains(result) ? result.MoveToOuterDisposeScope() : result;
    }
}
