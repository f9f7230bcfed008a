namespace PeftIntegrations.Methods;

/// <summary>
/// How much each number of AdaLoRA's triplets matters (arXiv:2303.10512 §3.2): running means of |weight·gradient| and of its change.
/// </summary>
internal sealed class Sensitivity(double beta1, double beta2) : IDisposable
{
    private readonly Dictionary<Parameter, (Tensor Importance, Tensor Uncertainty)> _seen = [];

    /// <summary>The means of a tensor, if it has been noticed.</summary>
    public (Tensor Importance, Tensor Uncertainty)? Find(Parameter parameter) => _seen.TryGetValue(parameter, out var seen) ? seen : null;

    /// <summary>Goes on from saved means.</summary>
    public void Restore(Parameter parameter, Tensor importance, Tensor uncertainty) =>
        _seen[parameter] = (Copy(importance, parameter), Copy(uncertainty, parameter));

    /// <summary>Takes a tensor's gradient into account.</summary>
    public void Notice(Parameter parameter)
    {
        if (parameter.grad is not { } gradient) return;

        if (!_seen.TryGetValue(parameter, out var seen))
        {
            _seen[parameter] = seen = (zeros_like(parameter).DetachFromDisposeScope(), zeros_like(parameter).DetachFromDisposeScope());
        }

        var now = (parameter * gradient).abs();
        seen.Importance.mul_(beta1).add_(now, alpha: 1 - beta1); // eq. 9
        seen.Uncertainty.mul_(beta2).add_((now - seen.Importance).abs(), alpha: 1 - beta2); // eq. 10
    }

    /// <summary>A triplet's score: that of E, and the means over its row of A and its column of B (eq. 7): [r].</summary>
    public Tensor Score(Triplets triplets)
    {
        var (a, e, b) = triplets.Factors;
        return Product(e).squeeze(1) + Product(a).mean([1L]) + Product(b).mean([0L]);
    }

    public void Dispose()
    {
        foreach (var (importance, uncertainty) in _seen.Values)
        {
            importance.Dispose();
            uncertainty.Dispose();
        }

        _seen.Clear();
    }

    private Tensor Product(Parameter parameter) =>
        _seen.TryGetValue(parameter, out var seen) ? seen.Importance * seen.Uncertainty : zeros_like(parameter);

    private static Tensor Copy(Tensor saved, Tensor like) => saved.to(like.dtype, like.device, copy: true).DetachFromDisposeScope();
}
