using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace PeftIntegrations.Models;

/// <summary>
/// Llama (Touvron et al. 2023, arXiv:2302.13971): pre-norm, rotary positions, gated SiLU, grouped-query attention. SmolLM2 and TinyStories
/// are ones too.
/// </summary>
[RegisteredAs("llama")]
public sealed class Llama : PretrainedModel
{
    private readonly Embedding _embed;
    private readonly Point<Embedded> _stack;
    private readonly LlamaBlock[] _layers;
    private readonly RmsNorm _norm;
    private readonly Rotary _rotary;

    /// <summary>Builds the model from the builder's checkpoint.</summary>
    public Llama(ModelBuilder builder) : this(builder, builder.ConfigAs<LlamaConfig>())
    {
    }

    private Llama(ModelBuilder builder, LlamaConfig c) : base(builder.Begin(c.Shape))
    {
        var model = builder.At(builder.BasePrefix = "model");
        _embed = model.Embedding("embed_tokens", c.VocabSize, c.HiddenSize);
        _stack = model.Point<Embedded>(Role.Stack);
        _layers = [.. Enumerable.Range(0, c.Layers).Select(i => new LlamaBlock(model.At($"layers.{i}"), c, i))];
        _norm = model.RmsNorm("norm", c.HiddenSize, c.NormEpsilon);
        _rotary = new(c.Rope);
        Head = Heads.ForDecoder(builder, _embed, c.TiedHead);
    }

    /// <inheritdoc/>
    public override Head Head { get; }

    /// <inheritdoc/>
    public override Tensor Hidden(TokenBatch batch, KeyValueCache? cache = null)
    {
        var mask = AttentionMask.Of(batch, causal: true);
        var hidden = _stack.Run(new(_embed.Forward(batch.Ids), batch.Positions(cache?.TextLength ?? 0), mask, cache), Layers);
        cache?.AdvanceText(batch.Ids.shape[1]);
        return hidden;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _rotary.Dispose();
        base.Dispose(disposing);
    }

    private Tensor Layers(Embedded input)
    {
        var (cos, sin) = _rotary.At(input.Positions, input.Hidden.dtype);
        var context = new LayerContext(cos, sin, input.Mask, input.Cache);
        var hidden = _norm.Forward(Depth.Run(this, input.Hidden, _layers, (layer, h) => layer.Forward(h, context))); // [batch, seq, hidden]
        input.Cache?.Advance(hidden.shape[1]);
        return hidden;
    }
}

internal sealed class LlamaBlock(ModelScope scope, LlamaConfig c, int layer)
{
    private readonly RmsNorm _norm1 = scope.RmsNorm("input_layernorm", c.HiddenSize, c.NormEpsilon);
    private readonly LlamaAttention _attention = new(scope.At("self_attn"), c, layer);
    private readonly RmsNorm _norm2 = scope.RmsNorm("post_attention_layernorm", c.HiddenSize, c.NormEpsilon);
    private readonly LlamaMlp _mlp = new(scope.At("mlp"), c);
    private readonly Point<Joined> _sum = scope.Point<Joined>(Role.MlpSum);

    public Tensor Forward(Tensor x, LayerContext context)
    {
        var h = x + _attention.Forward(_norm1.Forward(x), context); // [batch, seq, hidden]
        return _sum.Run(new(_mlp.Forward(_norm2.Forward(h)), h), joined => joined.Sum());
    }
}

internal sealed class LlamaAttention(ModelScope scope, LlamaConfig c, int layer)
{
    private readonly Point<Tensor> _block = scope.Point<Tensor>(Role.AttentionBlock);
    private readonly Projection _q = scope.Projection("q_proj", Role.Query, c.HiddenSize, c.Heads * c.HeadDim, c.AttentionBias);
    private readonly Projection _k = scope.Projection("k_proj", Role.Key, c.HiddenSize, c.KeyValueHeads * c.HeadDim, c.AttentionBias);
    private readonly Projection _v = scope.Projection("v_proj", Role.Value, c.HiddenSize, c.KeyValueHeads * c.HeadDim, c.AttentionBias);
    private readonly Point<Qkv> _core = scope.Point<Qkv>(Role.AttentionCore);
    private readonly Projection _o = scope.Projection("o_proj", Role.Output, c.Heads * c.HeadDim, c.HiddenSize, c.AttentionBias);

    public Tensor Forward(Tensor x, LayerContext context) => _block.Run(x, input => Attend(input, context));

    private Tensor Attend(Tensor x, LayerContext context)
    {
        var q = context.Rotate(Attention.Split(_q.Forward(x), c.HeadDim)); // [batch, heads, seq, headDim]
        var k = context.Rotate(Attention.Split(_k.Forward(x), c.HeadDim));
        var v = Attention.Split(_v.Forward(x), c.HeadDim);
        if (context.Cache is { } cache) (k, v) = cache.Append(layer, k, v);
        return _o.Forward(Attention.Join(_core.Run(new(q, k, v, context.Mask), Attention.ScaledDotProduct)));
    }
}

internal sealed class LlamaMlp(ModelScope scope, LlamaConfig c)
{
    private readonly Point<Tensor> _block = scope.Point<Tensor>(Role.MlpBlock);
    private readonly Projection _gate = scope.Projection("gate_proj", Role.Gate, c.HiddenSize, c.IntermediateSize, c.MlpBias);
    private readonly Projection _up = scope.Projection("up_proj", Role.Up, c.HiddenSize, c.IntermediateSize, c.MlpBias);
    private readonly Projection _down = scope.Projection("down_proj", Role.Down, c.IntermediateSize, c.HiddenSize, c.MlpBias);
    private readonly Func<Tensor, Tensor> _act = Activations.Find(c.Activation);

    public Tensor Forward(Tensor x) => _block.Run(x, input =>
        _down.Forward(Activations.Gate(_act, _gate.Forward(input), _up.Forward(input))));
}

internal sealed record LlamaConfig
{
    [JsonPropertyName("hidden_size")] public required long HiddenSize { get; init; }
    [JsonPropertyName("intermediate_size")] public required long IntermediateSize { get; init; }
    [JsonPropertyName("num_hidden_layers")] public required int Layers { get; init; }
    [JsonPropertyName("num_attention_heads")] public required long Heads { get; init; }
    [JsonPropertyName("num_key_value_heads")] public long? GivenKeyValueHeads { get; init; }
    [JsonPropertyName("head_dim")] public long? GivenHeadDim { get; init; }
    [JsonPropertyName("vocab_size")] public required long VocabSize { get; init; }
    [JsonPropertyName("max_position_embeddings")] public int MaxPositions { get; init; } = 2048;
    [JsonPropertyName("rms_norm_eps")] public double NormEpsilon { get; init; } = 1e-6;
    [JsonPropertyName("hidden_act")] public string Activation { get; init; } = "silu";
    [JsonPropertyName("attention_bias")] public bool AttentionBias { get; init; }
    [JsonPropertyName("mlp_bias")] public bool MlpBias { get; init; }
    [JsonPropertyName("tie_word_embeddings")] public bool TiedHead { get; init; }
    [JsonPropertyName("rope_theta")] public double? RopeTheta { get; init; }
    [JsonPropertyName("rope_scaling")] public JsonObject? RopeScaling { get; init; }
    [JsonPropertyName("rope_parameters")] public JsonObject? RopeParameters { get; init; }

    public long KeyValueHeads => GivenKeyValueHeads ?? Heads;
    public long HeadDim => GivenHeadDim ?? HiddenSize / Math.Max(1, Heads);
    public ModelShape Shape => new(Layers, HiddenSize, Heads, KeyValueHeads, HeadDim, VocabSize, RopeType.LongestText(Rope));
    public RopeOptions Rope => RopeOptions.Read(RopeParameters ?? RopeScaling, RopeTheta, HeadDim, MaxPositions);
}
