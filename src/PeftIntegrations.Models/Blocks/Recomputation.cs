namespace PeftIntegrations.Models;

/// <summary>A layer that keeps its input alone, and is run again for its gradient.</summary>
internal sealed class Recomputation : OwnGradient<Recomputation>
{
    /// <summary>The layer's output: [batch, seq, hidden].</summary>
    /// <param name="hidden">[batch, seq, hidden].</param>
    /// <param name="layer">The layer; frees what it makes.</param>
    public static Tensor Of(Tensor hidden, Func<Tensor, Tensor> layer)
    {
        using var scope = NewDisposeScope();
        var random = RandomStream.At(hidden.device);
        var value = layer(Leaf(hidden)); // with its graph, which is dropped: so is every fast path of training taken, in either run
        if (!value.requires_grad) return value.MoveToOuterDisposeScope(); // nothing is learnt up to here

        // an input of the first layer needs no gradient, and yet the layer must be asked for those of its own tensors
        var anchor = zeros(1, device: hidden.device, requires_grad: true);
        return Run(hidden, anchor, new Rerun(layer, value.detach(), random)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs)
    {
        var rerun = (Rerun)inputs[2];
        return (rerun.Value.detach(), [(Tensor)inputs[0], rerun.Random.State]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings)
    {
        var (rerun, hidden) = ((Rerun)settings[2]!, Leaf(kept[0]));
        using var graph = enable_grad();
        using (rerun.Random.Replayed(kept[1]))
        {
            var value = Depth.Keeping(hidden, rerun.Layer);
            value.backward([gradient], retain_graph: true); // what layers share, such as a prefix, is behind each of them
        }

        return [hidden.grad, null, null];
    }

    private static Tensor Leaf(Tensor hidden) => hidden.detach().requires_grad_(hidden.requires_grad);

    /// <param name="Layer">The layer.</param>
    /// <param name="Value">What it gave; freed once it has been handed on.</param>
    /// <param name="Random">The random numbers that it drew.</param>
    private sealed record Rerun(Func<Tensor, Tensor> Layer, Tensor Value, RandomStream Random);
}
