using System.Numerics.Tensors;
using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>scores / T: below 1 sharpens the distribution, above 1 flattens it.</summary>
[RegisteredAs("temperature")]
internal sealed class Temperature(SamplingContext context) : LogitsProcessor
{
    private readonly float _t = (float)(context.Options.Temperature ?? 1);

    public override int Order => 1000;

    public override bool IsActive => context.Options.IsSampling && _t != 1;

    public override void Process(Span<float> scores, ReadOnlySpan<int> history) => TensorPrimitives.Divide(scores, _t, scores);
}
