namespace PeftIntegrations.Training;

/// <summary>Plain stochastic gradient descent (Robbins &amp; Monro 1951, doi:10.1214/aoms/1177729586): θ ← θ − ηg.</summary>
[RegisteredAs("sgd")]
public sealed record Sgd : OptimizerRule
{
    /// <inheritdoc/>
    public override OptimizerState Start(IReadOnlyList<Parameter> parameters) => new State(parameters);

    private sealed class State(IReadOnlyList<Parameter> parameters) : OptimizerState
    {
        public override IReadOnlyDictionary<string, Tensor> Tensors { get; } = new Dictionary<string, Tensor>();

        public override void Step(double learningRate)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            foreach (var value in parameters)
            {
                if (value.grad is { } gradient) value.add_(gradient, alpha: -learningRate);
            }
        }
    }
}
