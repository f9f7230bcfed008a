namespace PeftIntegrations.Core;

/// <summary>
/// What libtorch does with many tensors at once: one call, and on a GPU a few kernels, where a loop makes thousands. TorchSharp binds none
/// of it; a TorchScript reaches all.
/// </summary>
public static class TensorLists
{
    private static readonly TorchScript Script = new("""
        def norm(x: List[Tensor]) -> Tensor:
            return torch.norm(torch.stack(torch._foreach_norm(x, 2)), 2)

        def scale(x: List[Tensor], by: float):
            torch._foreach_mul_(x, by)

        def copy(to: List[Tensor], of: List[Tensor]):
            torch._foreach_copy_(to, of)

        def adamw(x: List[Tensor], g: List[Tensor], mean: List[Tensor], square: List[Tensor], steps: List[Tensor],
                  lr: float, beta1: float, beta2: float, decay: float, epsilon: float):
            torch._fused_adamw_(x, g, mean, square, x[:0], steps, lr=lr, beta1=beta1, beta2=beta2,
                                weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False)
        """);

    /// <summary>The Euclidean norm of all their numbers; 0 where there is none.</summary>
    public static double Norm(IEnumerable<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var norms = Alike(tensors).Select(group => Script.Value("norm", [group]).ToDouble());
        return Math.Sqrt(norms.Sum(norm => norm * norm));
    }

    /// <summary>Multiplies each in place.</summary>
    public static void Scale(IEnumerable<Tensor> tensors, double factor)
    {
        using var _ = no_grad();
        foreach (var group in Alike(tensors)) Script.Do("scale", group, factor);
    }

    /// <summary>Copies each of <paramref name="from"/> into its partner.</summary>
    public static void Copy(Tensor[] from, Tensor[] to)
    {
        using var _ = no_grad();
        if (from.Length > 0) Script.Do("copy", to, from);
    }

    /// <summary>A step of AdamW, in place.</summary>
    /// <param name="moments">What changes by its gradient, the gradient's mean and that of its square.</param>
    /// <param name="step">Which step this is, counted from 1.</param>
    /// <param name="rates">η, β₁, β₂, λ and ε.</param>
    public static void StepOfAdamW(
        IEnumerable<(Tensor Value, Tensor Mean, Tensor Square)> moments, long step,
        (double Learning, double Beta1, double Beta2, double Decay, double Epsilon) rates)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var group in moments.Where(each => each.Value.grad is not null).GroupBy(each => (each.Value.dtype, each.Value.device)))
        {
            Tensor[] Each(Func<(Tensor Value, Tensor Mean, Tensor Square), Tensor> part) => [.. group.Select(part)];
            var count = tensor((float)step, device: group.Key.device); // one for all: it is only read
            Script.Do("adamw", Each(e => e.Value), Each(e => e.Value.grad!), Each(e => e.Mean), Each(e => e.Square),
                Each(_ => count), rates.Learning, rates.Beta1, rates.Beta2, rates.Decay, rates.Epsilon);
        }
    }

    private static IEnumerable<Tensor[]> Alike(IEnumerable<Tensor> tensors) =>
        tensors.GroupBy(tensor => (tensor.dtype, tensor.device)).Select(group => group.ToArray());
}
