namespace PeftIntegrations.Core;

/// <summary>
/// A function whose gradient is written by hand, because it is faster or keeps less than what autograd derives. It has a plain twin in
/// composed operators, which defines it.
/// </summary>
/// <typeparam name="TSelf">The function itself.</typeparam>
public abstract class OwnGradient<TSelf> : autograd.SingleTensorFunction<TSelf>
    where TSelf : OwnGradient<TSelf>, new()
{
    private const string Settings = "settings";

    /// <inheritdoc/>
    public sealed override string Name => typeof(TSelf).Name;

    /// <inheritdoc/>
    public sealed override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var span = KernelTelemetry.Start(Name);
        using var scope = NewDisposeScope();
        var (result, kept) = Compute(vars);
        foreach (var tensor in kept.Where(tensor => scope.Contains(tensor))) tensor.MoveToOuterDisposeScope();
        ctx.save_for_backward([.. kept]);
        ctx.save_data(Settings, Array.ConvertAll(vars, value => value is Tensor ? null : value));
        return result.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public sealed override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var span = KernelTelemetry.Start(Name);
        using var scope = NewDisposeScope();
        var kept = ctx.get_saved_variables();
        var gradients = Gradients(grad_output, kept, (object?[])ctx.get_data(Settings));
        foreach (var gradient in gradients) gradient?.DetachFromDisposeScope();
        ctx.Dispose(); // what was kept is free at once, not at the end of the step
        if (!Array.Exists(gradients, gradient => ReferenceEquals(gradient, grad_output))) grad_output.Dispose();
        return HandedOver.Keep([.. gradients.Select(gradient => gradient!)]); // null says that there is none
    }

    /// <summary>The function's value, with its gradient if one is needed.</summary>
    /// <param name="inputs">Tensors and settings, as <see cref="Compute"/> takes them; null for what is not there.</param>
    protected static Tensor Run(params object?[] inputs)
    {
        using var scope = NewDisposeScope(); // TorchSharp makes an empty tensor of the result's size beside it
        return apply(inputs!).MoveToOuterDisposeScope();
    }

    /// <summary>Whether somebody may ask for a gradient by one of these; if not, the plain twin does.</summary>
    protected static bool IsNeeded(params ReadOnlySpan<Tensor> inputs)
    {
        if (!is_grad_enabled()) return false;
        foreach (var input in inputs)
        {
            if (input.requires_grad) return true;
        }

        return false;
    }

    /// <summary>The value, and the tensors that the gradient needs; the value itself is none of them.</summary>
    /// <param name="inputs">Tensors and settings.</param>
    protected abstract (Tensor Value, Tensor[] Kept) Compute(object[] inputs);

    /// <summary>The gradient by each input, new tensors; null for one that has none.</summary>
    /// <param name="gradient">That by the value.</param>
    /// <param name="kept">What <see cref="Compute"/> kept.</param>
    /// <param name="settings">The inputs, null where they are tensors.</param>
    protected abstract Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings);
}
