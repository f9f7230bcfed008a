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
        var learns = is_grad_enabled();
        var recomputed = learns ? model.Checkpointing : GradientCheckpointing.None;
        var given = hidden;
        for (var i = 0; i < layers.Count; i++)
        {
            var (layer, before) = (layers[i], i % KeptTensors.LayersBetweenHoles == 1 ? GivingBack.Behind(hidden) : hidden);
            hidden = recomputed.Covers(i) ? Recomputation.Of(before, Layer) : learns ? Keeping(before, Layer) : Layer(before);
            if (!ReferenceEquals(before, given) && !ReferenceEquals(before, hidden)) before.Dispose();

            Tensor Layer(Tensor h) => Freeing(h, x => forward(layer, x));
        }

        if (recomputed != GradientCheckpointing.None) KeptTensors.GiveBackHoles(); // between the inputs that are kept
        return hidden;
    }

    /// <summary>A layer whose tensors wait for its gradient.</summary>
    internal static Tensor Keeping(Tensor hidden, Func<Tensor, Tensor> layer)
    {
        using var _ = KeptTensors.InPagesOfTheirOwn();
        return layer(hidden);
    }

    private static Tensor Freeing(Tensor hidden, Func<Tensor, Tensor> layer)
    {
        using var scope = NewDisposeScope();
        var result = layer(hidden);
        return scope.Contains(result) ? result.MoveToOuterDisposeScope() : result;
    }
}
