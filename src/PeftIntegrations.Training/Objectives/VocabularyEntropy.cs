namespace PeftIntegrations.Training;

/// <summary>
/// The cross-entropy of tokens under a frozen output layer, some rows at a time, so that [tokens, vocab] is never held: the gradient by the
/// hidden states is made in the same pass.
/// </summary>
internal sealed class VocabularyEntropy : OwnGradient<VocabularyEntropy>
{
    private const long Rows = 256;

    /// <summary>The sum over tokens of −log softmax(hidden·Wᵀ + b) at the label, a scalar in fp32 (fp64 of fp64).</summary>
    /// <param name="hidden">[tokens, hidden].</param>
    /// <param name="output">The output layer.</param>
    /// <param name="labels">[tokens].</param>
    public static Tensor Of(Tensor hidden, Projection output, Tensor labels)
    {
        var (weight, bias) = output.Read();
        return bias is null ? Run(hidden, weight, labels) : Run(hidden, weight, labels, bias);
    }

    /// <summary>Whether the layer is as it was loaded.</summary>
    public static bool Serves(Projection output) =>
        output.Levels.Count == 0 && output.Read() is { Weight.requires_grad: false, Bias: null or { requires_grad: false } };

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs)
    {
        var (hidden, weight, labels) = ((Tensor)inputs[0], (Tensor)inputs[1], (Tensor)inputs[2]);
        var bias = inputs.ElementAtOrDefault(3) as Tensor;
        var wide = hidden.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        var sum = zeros([], dtype: wide, device: hidden.device);
        var gradient = empty_like(hidden);
        for (var start = 0L; start < hidden.shape[0]; start += Rows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(Rows, hidden.shape[0] - start);
            var label = labels.narrow(0, start, count).unsqueeze(1); // [rows, 1]
            var scores = nn.functional.linear(hidden.narrow(0, start, count), weight, bias); // [rows, vocab]
            var p = scores.softmax(-1);
            sum.sub_(LogOfLabel(p, scores, label).to(wide).sum());
            if (!hidden.requires_grad) continue;

            p.scatter_add_(1, label, full_like(label, -1, dtype: p.dtype));
            gradient.narrow(0, start, count).copy_(p.matmul(weight));
        }

        return (sum, [gradient]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings)
    {
        var byHidden = (kept[0] * gradient).to(kept[0].dtype);
        return [byHidden, .. new Tensor?[settings.Length - 1]];
    }

    private static Tensor LogOfLabel(Tensor p, Tensor scores, Tensor label)
    {
        var own = p.gather(1, label).to(ScalarType.Float64); // [rows, 1]
        if (own.min().item<double>() > 0) return own.log();

        var best = scores.argmax(1, keepdim: true); // whose probability is never 0
        var below = (scores.gather(1, label) - scores.gather(1, best)).to(ScalarType.Float64);
        return below + p.gather(1, best).to(ScalarType.Float64).log();
    }
}
