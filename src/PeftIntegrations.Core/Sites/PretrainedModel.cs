using System.Text.Json.Nodes;

namespace PeftIntegrations.Core;

/// <summary>
/// A frozen transformer: its sites, its weights, and its function. It never owns a trainable tensor and never changes a weight.
/// </summary>
public abstract class PretrainedModel : IDisposable
{
    /// <summary>A model over the sites and weights that its parts have collected.</summary>
    protected PretrainedModel(ModelParts parts)
    {
        (Shape, Config, Sites, Weights) = (parts.Shape, parts.Config, parts.Sites, parts.Weights);
    }

    /// <summary>The sizes.</summary>
    public ModelShape Shape { get; }

    /// <summary>The folder's <c>config.json</c>, as it was read.</summary>
    public JsonObject Config { get; }

    /// <summary>All places where adapters attach, in the order of computation.</summary>
    public IReadOnlyList<ISite> Sites { get; }

    /// <summary>The frozen tensors by the names they have in a checkpoint.</summary>
    public IReadOnlyDictionary<string, FrozenWeight> Weights { get; }

    /// <summary>What turns hidden states into scores.</summary>
    public abstract Head Head { get; }

    /// <summary>The token embedding.</summary>
    public Embedding Embeddings => Sites.OfType<Embedding>().First(site => site.Role == Role.Embedding);

    /// <summary>Whether the head multiplies by the embedding's own weight.</summary>
    public bool HeadIsTied => Head.Output is { } output && Weights.TryGetValue(output.Path + ".weight", out var head)
        && ReferenceEquals(head, Weights[Embeddings.Path + ".weight"]);

    /// <summary>The type it computes in.</summary>
    public ScalarType DType => Embeddings.DType;

    /// <summary>The device it computes on.</summary>
    public Device Device => Embeddings.Device;

    /// <summary>Which layers are run again for their gradient instead of keeping what it needs. Default none.</summary>
    public GradientCheckpointing Checkpointing { get; set; } = GradientCheckpointing.None;

    /// <summary>The last hidden states.</summary>
    /// <param name="batch">The tokens.</param>
    /// <param name="cache">Keys and values of the tokens before them; the new ones are appended.</param>
    /// <returns>[batch, seq, hidden].</returns>
    public abstract Tensor Hidden(TokenBatch batch, KeyValueCache? cache = null);

    /// <summary>
    /// The head's scores: logits [batch, seq, vocab] of a language model, [batch, labels] of a classifier. An architecture may leave out
    /// what the head does not read.
    /// </summary>
    public virtual Tensor Forward(TokenBatch batch, KeyValueCache? cache = null) => Head.Forward(Hidden(batch, cache), batch);

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the weights.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        foreach (var tensor in Weights.Values.Distinct().SelectMany(weight => weight.Stored)) tensor.Dispose();
    }
}
