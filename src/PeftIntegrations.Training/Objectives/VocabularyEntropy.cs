namespace PeftIntegrations.Training;

/// <summary>
/// The cross-entropy of tokens under a frozen output layer, some rows at a time, so that [tokens, vocab] is never held: the gradient by the
/// hidden states is made in the same pass.
/// </summary>
internal sealed class VocabularyEntropy : OwnGradient<VocabularyEntropy>
{
    /// <summary>Tokens whose scores are held at a time.</summary>
    internal const long Rows = 256;

    /// <summary>The sum over tokens of −log softmax(hidden·Wᵀ + b) at the label, a scalar in fp32 (fp64 of fp64).</summary>
    /// <param name="hidden">[tokens, hidden].</param>
    /// <param name="output">The output layer.</param>
    /// <param name="labels">[tokens].</param>
    public static Tensor Of(Tensor hidden, Projection output, Tensor labels) => Run(hidden, output.Weight, labels, output.Bias);

    /// <summary>Whether the layer is as it was loaded.</summary>
    public static bool Serves(Projection output) =>
        output.Levels.Count == 0 && !output.Weight.IsWatched && output.Bias is not { requires_grad: true };

    /// <inheritdoc/>
    protected override (Tensor Value, Tensor[] Kept) Compute(object[] inputs)
    {
        var (hidden, weight, labels) = ((Tensor)inputs[0], ((FrozenWeight)inputs[1]).Read(), (Tensor)inputs[2]);
        var (bias, isAsked) = ((Tensor?)inputs[3], hidden.requires_grad);
        var sum = 0.0;
        var gradient = empty_like(hidden);
        var buffer = empty([Math.Min(Rows, hidden.shape[0]), weight.shape[0]], dtype: hidden.dtype, device: hidden.device);
        for (var start = 0L; start < hidden.shape[0]; start += Rows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(Rows, hidden.shape[0] - start);
            var scores = buffer.narrow(0, 0, count); // [rows, vocab]
            if (bias is not null) scores.copy_(bias.expand(scores.shape));
            scores.addmm_(hidden.narrow(0, start, count), weight.t(), bias is null ? 0 : 1, 1);
            var part = (Scores: scores, Labels: labels.narrow(0, start, count), ByHidden: gradient.narrow(0, start, count));
            sum += EntropyRows.Serves(scores) ? Visited(part, weight, isAsked) : Composed(part, weight, isAsked);
        }

        var wide = hidden.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        return (tensor(sum, dtype: wide, device: hidden.device), [gradient]);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(Tensor gradient, IReadOnlyList<Tensor> kept, object?[] settings) =>
        [kept[0].mul_(gradient), null, null, null];

    private static double Visited((Tensor Scores, Tensor Labels, Tensor ByHidden) part, Tensor weight, bool isAsked)
    {
        var sums = new float[part.Scores.shape[0]];
        var sum = EntropyRows.Sum(part.Scores, part.Labels.data<long>().ToArray(), sums);
        if (isAsked) part.ByHidden.addmm_(part.Scores, weight, 0, 1).div_(tensor(sums, device: CPU).unsqueeze(1));
        return sum;
    }

    private static double Composed((Tensor Scores, Tensor Labels, Tensor ByHidden) part, Tensor weight, bool isAsked)
    {
        var label = part.Labels.unsqueeze(1); // [rows, 1]
        var p = part.Scores.softmax(-1);
        var sum = -LogOfLabel(p, part.Scores, label).sum().item<double>();
        if (isAsked) part.ByHidden.copy_(p.scatter_add_(1, label, full_like(label, -1, dtype: p.dtype)).matmul(weight));
        return sum;
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
