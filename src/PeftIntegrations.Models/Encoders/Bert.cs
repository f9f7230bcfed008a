using System.Text.Json.Serialization;

namespace PeftIntegrations.Models;

/// <summary>BERT (Devlin et al. 2018, arXiv:1810.04805): post-norm, learned positions, sees both sides. MiniLM is one too.</summary>
[RegisteredAs("bert")]
public sealed class Bert : PretrainedModel
{
    private readonly BertEmbeddings _embeddings;
    private readonly Point<Embedded> _stack;
    private readonly BertBlock[] _layers;

    /// <summary>Builds the model from the builder's checkpoint.</summary>
    public Bert(ModelBuilder builder) : this(builder, builder.ConfigAs<BertConfig>())
    {
    }

    private Bert(ModelBuilder builder, BertConfig c) : base(builder.Begin(c.Shape))
    {
        builder.BasePrefix = "bert";
        var kind = Heads.KindOf(builder, HeadKind.Embedding);
        var model = builder.At(kind == HeadKind.Embedding ? "" : "bert"); // a bare model's paths have no prefix
        _embeddings = new(model.At("embeddings"), c);
        _stack = model.Point<Embedded>(Role.Stack);
        _layers = [.. Enumerable.Range(0, c.Layers).Select(i => new BertBlock(model.At($"encoder.layer.{i}"), c))];
        Pooler = kind == HeadKind.Embedding && model.Has("pooler.dense.weight")
            ? model.Projection("pooler.dense", Role.Pooler, c.HiddenSize, c.HiddenSize, bias: true)
            : null;
        Head = BertHeads.Create(kind, builder, model, c, _embeddings.Words);
    }

    /// <inheritdoc/>
    public override Head Head { get; }

    /// <summary>The bare model's layer over the first token, where the checkpoint has one.</summary>
    public Projection? Pooler { get; }

    /// <summary>tanh of the pooler over the first token: [batch, seq, hidden] → [batch, hidden].</summary>
    public Tensor Pool(Tensor hidden) => Pooler!.Forward(hidden.select(1, 0)).tanh();

    /// <inheritdoc/>
    public override Tensor Hidden(TokenBatch batch, KeyValueCache? cache = null) => Read(batch, (layer, h, mask) => layer.Forward(h, mask));

    /// <inheritdoc/>
    public override Tensor Forward(TokenBatch batch, KeyValueCache? cache = null) => !OneTokenWillDo(batch) ? base.Forward(batch, cache)
        : Head.Forward(Read(batch, (layer, h, mask) => layer == _layers[^1] ? layer.FirstToken(h, mask) : layer.Forward(h, mask)), batch);

    // Such a head has no use for what the last layer makes of the other tokens.
    private bool OneTokenWillDo(TokenBatch batch) => Head is FirstTokenClassifier or EmbeddingHead { Pooling: Pooling.FirstToken }
        && batch.Documents is null && _stack.Levels.Count == 0 && _layers[^1].IsPlain;

    private Tensor Read(TokenBatch batch, Func<BertBlock, Tensor, AttentionMask, Tensor> layer)
    {
        var mask = AttentionMask.Of(batch, causal: false);
        return _stack.Run(
            new(_embeddings.Words.Forward(batch.Ids), batch.Positions(past: 0), mask, null),
            input => Depth.Run(this, _embeddings.Forward(input, batch.TypeIds), _layers, (block, h) => layer(block, h, input.Mask)));
    }
}

internal sealed class BertEmbeddings(ModelScope scope, BertConfig c)
{
    private readonly Embedding _positions = scope.Embedding("position_embeddings", c.MaxPositions, c.HiddenSize, Role.Position);
    private readonly Embedding _types = scope.Embedding("token_type_embeddings", c.TypeVocabSize, c.HiddenSize, Role.Position);
    private readonly LayerNorm _norm = scope.LayerNorm("LayerNorm", c.HiddenSize, c.NormEpsilon);

    public Embedding Words { get; } = scope.Embedding("word_embeddings", c.VocabSize, c.HiddenSize);

    public Tensor Forward(Embedded input, Tensor? types)
    {
        var virtualTokens = input.Positions.shape[1] - (types?.shape[1] ?? input.Positions.shape[1]);
        // prompts are of the first segment
        var segments = types is null ? zeros_like(input.Positions) : nn.functional.pad(types, [virtualTokens, 0L]);
        var places = _positions.Forward(input.PositionsWithin(c.MaxPositions));
        return _norm.Forward(input.Hidden + _types.Forward(segments) + places); // [batch, seq, hidden]
    }
}

internal sealed class BertBlock(ModelScope scope, BertConfig c)
{
    private readonly BertAttention _attention = new(scope.At("attention"), c);
    private readonly LayerNorm _norm1 = scope.LayerNorm("attention.output.LayerNorm", c.HiddenSize, c.NormEpsilon);
    private readonly Point<Tensor> _mlp = scope.Point<Tensor>(Role.MlpBlock);
    private readonly Projection _up = scope.Projection("intermediate.dense", Role.Up, c.HiddenSize, c.IntermediateSize, bias: true);
    private readonly Projection _down = scope.Projection("output.dense", Role.Down, c.IntermediateSize, c.HiddenSize, bias: true);
    private readonly Point<Joined> _sum = scope.Point<Joined>(Role.MlpSum);
    private readonly LayerNorm _norm2 = scope.LayerNorm("output.LayerNorm", c.HiddenSize, c.NormEpsilon);
    private readonly Func<Tensor, Tensor> _act = Activations.Find(c.Activation);

    public Tensor Forward(Tensor x, AttentionMask mask)
    {
        var h = _norm1.Forward(x + _attention.Forward(x, mask)); // [batch, seq, hidden]
        return _sum.Run(new(_mlp.Run(h, Mlp), h, _norm2.Forward), joined => joined.Sum());
    }

    /// <summary>Whether nothing is attached that might want to see all tokens.</summary>
    public bool IsPlain => _attention.IsPlain && _mlp.Levels.Count == 0 && _sum.Levels.Count == 0;

    /// <summary>What becomes of the first token, where the block is plain: [batch, 1, hidden].</summary>
    public Tensor FirstToken(Tensor x, AttentionMask mask)
    {
        var first = x.narrow(1, 0, 1);
        var h = _norm1.Forward(first + _attention.Attend(first, x, mask));
        return new Joined(Mlp(h), h, _norm2.Forward).Sum();
    }

    private Tensor Mlp(Tensor x) => _down.Forward(_act(_up.Forward(x)));
}

internal sealed class BertAttention(ModelScope scope, BertConfig c)
{
    private readonly Point<Tensor> _block = scope.Point<Tensor>(Role.AttentionBlock);
    private readonly Projection _q = scope.Projection("self.query", Role.Query, c.HiddenSize, c.HiddenSize, bias: true);
    private readonly Projection _k = scope.Projection("self.key", Role.Key, c.HiddenSize, c.HiddenSize, bias: true);
    private readonly Projection _v = scope.Projection("self.value", Role.Value, c.HiddenSize, c.HiddenSize, bias: true);
    private readonly Point<Qkv> _core = scope.Point<Qkv>(Role.AttentionCore);
    private readonly Projection _o = scope.Projection("output.dense", Role.Output, c.HiddenSize, c.HiddenSize, bias: true);

    public Tensor Forward(Tensor x, AttentionMask mask) => _block.Run(x, input => Attend(input, input, mask));

    /// <summary>Whether nothing is attached that might want to see all tokens.</summary>
    public bool IsPlain => _block.Levels.Count == 0 && _core.Levels.Count == 0;

    /// <summary>Attention of some tokens to all.</summary>
    /// <param name="x">[batch, seq, hidden].</param>
    /// <param name="all">[batch, keys, hidden].</param>
    /// <param name="mask">Which of all are real.</param>
    public Tensor Attend(Tensor x, Tensor all, AttentionMask mask)
    {
        var qkv = new Qkv(Heads(_q.Forward(x)), Heads(_k.Forward(all)), Heads(_v.Forward(all)), mask);
        return _o.Forward(Attention.Join(_core.Run(qkv, Attention.ScaledDotProduct)));

        Tensor Heads(Tensor projected) => Attention.Split(projected, c.Shape.HeadDim); // [batch, heads, seq, headDim]
    }
}

internal static class BertHeads
{
    public static Head Create(HeadKind kind, ModelBuilder builder, ModelScope model, BertConfig c, Embedding words)
    {
        var root = builder.At("");
        return kind switch
        {
            HeadKind.Classification => new FirstTokenClassifier(
                Pooler(builder, model, c),
                root.TaskHead("classifier", c.HiddenSize, Heads.Labels(builder))),
            HeadKind.TokenClassification => new TokenClassifier(root.TaskHead("classifier", c.HiddenSize, Heads.Labels(builder))),
            HeadKind.QuestionAnswering => new SpanHead(root.TaskHead("qa_outputs", c.HiddenSize, labels: 2)),
            HeadKind.MaskedLanguageModel => new MaskedLanguageModelHead(
                root.Projection("cls.predictions.transform.dense", Role.Pooler, c.HiddenSize, c.HiddenSize, bias: true),
                Activations.Find(c.Activation),
                root.LayerNorm("cls.predictions.transform.LayerNorm", c.HiddenSize, c.NormEpsilon),
                root.Tied("cls.predictions.decoder", words, bias: "cls.predictions.bias")),
            HeadKind.Embedding => builder.EmbeddingHead(Pooling.Mean),
            _ => throw new InvalidDataException(
                "BERT sees both sides of a token, so it has no next-token head. Take a decoder, or the masked-language-model head."),
        };
    }

    private static Projection Pooler(ModelBuilder builder, ModelScope model, BertConfig c)
    {
        if (!model.Has("pooler.dense.weight"))
        {
            builder.Note("A classifier reads the first token through a pooler. A new one would be random, and an adapter's file " +
                "holds the classifier alone. Take a checkpoint that was saved with its pooler, or label tokens, which needs none.");
        }

        return model.Projection("pooler.dense", Role.Pooler, c.HiddenSize, c.HiddenSize, bias: true);
    }
}

internal sealed record BertConfig
{
    [JsonPropertyName("hidden_size")] public required long HiddenSize { get; init; }
    [JsonPropertyName("intermediate_size")] public required long IntermediateSize { get; init; }
    [JsonPropertyName("num_hidden_layers")] public required int Layers { get; init; }
    [JsonPropertyName("num_attention_heads")] public required long Heads { get; init; }
    [JsonPropertyName("vocab_size")] public required long VocabSize { get; init; }
    [JsonPropertyName("type_vocab_size")] public long TypeVocabSize { get; init; } = 2;
    [JsonPropertyName("max_position_embeddings")] public int MaxPositions { get; init; } = 512;
    [JsonPropertyName("layer_norm_eps")] public double NormEpsilon { get; init; } = 1e-12;
    [JsonPropertyName("hidden_act")] public string Activation { get; init; } = "gelu";

    public ModelShape Shape => new(Layers, HiddenSize, Heads, Heads, HiddenSize / Heads, VocabSize, MaxPositions);
}
