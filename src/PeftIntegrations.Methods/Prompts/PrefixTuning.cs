using System.Text.Json.Serialization;
using static TorchSharp.torch.nn;

namespace PeftIntegrations.Methods;

/// <summary>
/// Prefix-tuning (Li &amp; Liang 2021, arXiv:2101.00190): every layer attends to p learned key–value pairs before its own.
/// </summary>
[RegisteredAs("PREFIX_TUNING")]
public sealed record PrefixTuning : PromptMethod
{
    /// <summary>Whether a small network makes the pairs while training (§4.3). Default false.</summary>
    [JsonPropertyName("prefix_projection")]
    public bool HasProjection { get; init; }

    /// <summary>Size of that network's inner layer; null for the size of a layer's keys.</summary>
    [JsonPropertyName("encoder_hidden_size")]
    public int? EncoderSize
    {
        get; init => field = value is { } size
        ? Guard.AtLeast(1, size, "Leave it null for the size of a layer's keys.") : null;
    }

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool)
    {
        if (site.Role is not (Role.Stack or Role.AttentionCore)) return null;

        var pairs = pool.Part(() => new KeyValuePairs(Tokens(site.Model, pool.Sites.OfType<AffineSite>().First().Device), site.Model));
        return site switch
        {
            Point<Embedded> => new PrefixStart(pairs, Length),
            Point<Qkv> => new Prefix(pairs, pool.Sites.OfType<Point<Qkv>>().TakeWhile(other => other != site).Count(), Length),
            _ => null,
        };
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> Contradictions()
    {
        foreach (var line in base.Contradictions()) yield return line;
        if (EncoderSize is { } size && !HasProjection && !IsMaterialised)
        {
            yield return $"{nameof(EncoderSize)} is {size}, the size of a network, but {nameof(HasProjection)} is false, " +
                "so there is none: set both, or neither.";
        }
    }

    private VirtualTokens Tokens(ModelShape model, Device device)
    {
        var layer = model.KeyValueHeads * model.HeadDim;
        var width = 2 * model.Layers * layer;
        if (!HasProjection || IsMaterialised) return new TableOfTokens(randn(Length, width, device: device));

        var inner = EncoderSize ?? layer;
        var network = Sequential(Linear(layer, inner, device: device), Tanh(), Linear(inner, width, device: device));
        return new EncodedTokens(randn(Length, layer, device: device), network, "transform.", network.forward);
    }
}

/// <summary>
/// The prefix of one forward pass, made once and read by every layer: [p, 2·layers, keyValueHeads, headDim], keys at even places.
/// </summary>
internal sealed class KeyValuePairs(VirtualTokens tokens, ModelShape model) : IOwnsTensors, IStoredForm
{
    private Tensor? _made;

    public IEnumerable<(string Name, Parameter Tensor)> Tensors => tokens.Tensors;

    public IEnumerable<(string Name, Tensor Tensor)> Stored => tokens.Stored;

    public void Make(long p) => _made = tokens.Make().view(p, 2 * model.Layers, model.KeyValueHeads, model.HeadDim);

    public Tensor At(int place, Tensor like)
    {
        if (_made is null or { IsInvalid: true })
        {
            throw new NotSupportedException(
                "A prefix acts on the whole of a pass at once, so prefixes can be neither averaged nor weighted. Let one act by its name.");
        }

        var one = _made.select(1, place).transpose(0, 1).unsqueeze(0); // [1, keyValueHeads, p, headDim]
        return one.to(like.dtype).expand(like.shape[0], -1, -1, -1);
    }
}

/// <summary>Moves the text's places behind the prefix's.</summary>
internal sealed class PrefixStart(KeyValuePairs pairs, int p) : Patch<Embedded>
{
    public override Tensor Forward(Embedded input, Func<Embedded, Tensor> below)
    {
        pairs.Make(p);
        return below(input with { Positions = input.Positions + p, Reach = input.Reach + p });
    }
}

/// <summary>One layer's pairs, visible to every query; never rotated, as they have no place of their own.</summary>
internal sealed class Prefix(KeyValuePairs pairs, int layer, int p) : Patch<Qkv>
{
    public override Tensor Forward(Qkv input, Func<Qkv, Tensor> below) => below(input with
    {
        K = cat([pairs.At(2 * layer, input.K), input.K], dim: 2), // [batch, keyValueHeads, p + keys, headDim]
        V = cat([pairs.At(2 * layer + 1, input.V), input.V], dim: 2),
        Mask = input.Mask.WithPrefix(p),
    });
}
