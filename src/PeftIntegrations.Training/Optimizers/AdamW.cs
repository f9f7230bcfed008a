namespace PeftIntegrations.Training;

/// <summary>AdamW (Loshchilov &amp; Hutter 2017, arXiv:1711.05101): adaptive moments with decoupled weight decay.</summary>
[RegisteredAs("adamw")]
public sealed record AdamW : OptimizerRule
{
    /// <summary>β₁, decay of the gradient's mean; in [0, 1). Default 0.9.</summary>
    public double Beta1 { get; init => field = Guard.Within(0, 0.9999999, value, "0.9 is usual."); } = 0.9;

    /// <summary>β₂, decay of its square's mean; in [0, 1). Default 0.999.</summary>
    public double Beta2 { get; init => field = Guard.Within(0, 0.9999999, value, "0.999 is usual."); } = 0.999;

    /// <summary>ε, added to the root of the square's mean. Default 1e-8.</summary>
    public double Epsilon { get; init => field = Guard.Above(0, value, "1e-8 is usual."); } = 1e-8;

    /// <summary>λ: a step shrinks a tensor by ηλ. Default 0, as adapters are small already.</summary>
    public double WeightDecay { get; init => field = Guard.Within(0, 1, value, "0 to 0.1 is usual."); }

    /// <inheritdoc/>
    public override OptimizerState Start(IReadOnlyList<Parameter> parameters) => new State(this, parameters);

    private sealed class State : OptimizerState
    {
        private readonly AdamW _rule;
        private readonly (Tensor Value, Tensor Mean, Tensor Square)[] _tensors;
        private readonly Tensor _step = zeros(1, ScalarType.Int64, device: CPU).DetachFromDisposeScope();

        public State(AdamW rule, IReadOnlyList<Parameter> parameters)
        {
            _rule = rule;
            _tensors = [.. parameters.Select(p => ((Tensor)p, Zeros(p), Zeros(p)))];
            var moments = _tensors.SelectMany((t, i) => new[] { ($"mean.{i}", t.Mean), ($"square.{i}", t.Square) });
            Tensors = moments.Append(("step", _step)).ToDictionary(t => t.Item1, t => t.Item2);
        }

        public override IReadOnlyDictionary<string, Tensor> Tensors { get; }

        private static Tensor Zeros(Parameter like) => zeros_like(like).DetachFromDisposeScope();

        public override void Step(double learningRate) => TensorLists.StepOfAdamW(
            _tensors, _step.add_(1).item<long>(), (learningRate, _rule.Beta1, _rule.Beta2, _rule.WeightDecay, _rule.Epsilon));
    }
}
