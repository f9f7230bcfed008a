using PeftIntegrations.Core;
using PeftIntegrations.Models;

namespace PeftIntegrations.Testing;

/// <summary>A model whose scores are given numbers: its hidden states are the scores, and its head multiplies by one.</summary>
public sealed class FixedOutput : PretrainedModel
{
    private readonly Tensor _scores;

    public FixedOutput(Tensor scores) : this(scores, new(1, scores.shape[^1], 1, 1, 1, scores.shape[^1], int.MaxValue))
    {
    }

    private FixedOutput(Tensor scores, ModelShape shape) : base(new(shape, [], [], new Dictionary<string, FrozenWeight>()))
    {
        _scores = scores;
        Head = new LanguageModelHead(new(Role.Head, "head", shape, new DenseWeight(eye(shape.Hidden, dtype: scores.dtype))));
    }

    public override Head Head { get; }

    public override Tensor Hidden(TokenBatch batch, KeyValueCache? cache = null) => _scores;
}
