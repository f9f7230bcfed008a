namespace PeftIntegrations.Core;

/// <summary>
/// A way to make one tensor of several that learned different tasks from one start. Registered by the name huggingface/peft gives it.
/// </summary>
public abstract record MergeRule
{
    /// <summary>The share of its numbers that a tensor keeps where the rule prunes; in (0, 1]. Default 1.</summary>
    public double Density { get; init => field = Guard.Within(1e-6, 1, value, "0.5 is usual."); } = 1;

    /// <summary>The merged tensor.</summary>
    /// <param name="tensors">The tasks' tensors, all of one shape.</param>
    /// <param name="weights">How much each counts.</param>
    public abstract Tensor Merge(IReadOnlyList<Tensor> tensors, IReadOnlyList<double> weights);

    /// <summary>Σ wᵢ·tᵢ.</summary>
    private protected static Tensor Sum(IEnumerable<Tensor> tensors, IReadOnlyList<double> weights) =>
        tensors.Select((t, i) => t * weights[i]).Aggregate((sum, term) => sum + term);

    /// <summary>The tensor with all but its largest numbers zero.</summary>
    private protected Tensor Largest(Tensor t)
    {
        var flat = t.reshape(-1);
        var kept = flat.abs().topk((int)(Density * flat.numel())).indexes;
        return zeros_like(flat).scatter(0, kept, flat.index_select(0, kept)).view_as(t);
    }

    /// <summary>
    /// Σ wᵢ·tᵢ over those that agree with the elected sign, divided by how many agree (Yadav et al. 2023, arXiv:2306.01708 §3).
    /// </summary>
    private protected static Tensor Elect(IReadOnlyList<Tensor> tensors, IReadOnlyList<double> weights, bool byCount)
    {
        var all = stack(tensors); // [tasks, …]
        var votes = (byCount ? all.sign() : all).sum(dim: 0); // a bare 0 would be a type, not a dimension
        var agree = all.sign().eq(where(votes.ge(0), ones_like(votes), -ones_like(votes)));
        var mixed = Sum(tensors.Select((t, i) => t * agree[i].to(t.dtype)), weights);
        return mixed / agree.sum(dim: 0).clamp(min: 1).to(mixed.dtype);
    }
}
