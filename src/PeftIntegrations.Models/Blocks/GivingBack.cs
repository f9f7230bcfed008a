namespace PeftIntegrations.Models;

/// <summary>The stream between two layers; on the way back, what the layers behind have left in the heap is given back.</summary>
internal sealed class GivingBack : OwnGradient<GivingBack>
{
    /// <summary>The same numbers: [batch, seq, hidden].</summary>
    public static Tensor Behind(Tensor hidden) =>
        KeptTensors.Count(hidden.numel() * hidden.element_size()) && IsNeeded(hidden) ? Run(hidden) : hidden;

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs) => (((Tensor)inputs[0]).detach(), []);

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings)
    {
        KeptTensors.GiveBackHoles();
        return [gradient];
    }
}
