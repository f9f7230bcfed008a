using System.Text.Json.Serialization;
using static TorchSharp.torch.nn;

namespace PeftIntegrations.Methods;

/// <summary>
/// P-tuning (Liu et al. 2021, arXiv:2103.10385): the virtual tokens are the output of a small network, which training drops in the end.
/// </summary>
[RegisteredAs("P_TUNING")]
public sealed record PTuning : PromptMethod
{
    /// <summary>The network. Default an MLP.</summary>
    [JsonPropertyName("encoder_reparameterization_type")]
    public PromptEncoder Encoder { get; init; }

    /// <summary>Size of its inner layers; null for the model's hidden size.</summary>
    [JsonPropertyName("encoder_hidden_size")]
    public int? EncoderSize
    {
        get; init => field = value is { } size ? Guard.AtLeast(1, size, "Leave it null for the model's hidden size.")
        : null;
    }

    /// <summary>Layers of an LSTM. Default 2.</summary>
    [JsonPropertyName("encoder_num_layers")]
    public int EncoderLayers { get; init => field = Guard.AtLeast(1, value, "2 is usual."); } = 2;

    /// <summary>Dropout between an LSTM's layers while training. Default 0.</summary>
    [JsonPropertyName("encoder_dropout")]
    public double EncoderDropout { get; init => field = Guard.Within(0, 0.999, value, "0 is usual."); }

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool) => site is Point<Embedded> && Targeted(site)
        ? new SoftPrompt(pool.Part(() => Tokens(site.Model.Hidden, pool.Sites.OfType<AffineSite>().First().Device)), Length)
        : null;

    private VirtualTokens Tokens(long hidden, Device device)
    {
        var start = randn(Length, hidden, device: device);
        if (IsMaterialised) return new TableOfTokens(start);

        var inner = EncoderSize ?? hidden;
        return Encoder == PromptEncoder.Mlp ? Mlp(start, inner) : Lstm(start, inner);
    }

    private static EncodedTokens Mlp(Tensor start, long inner)
    {
        var (hidden, device) = (start.shape[1], start.device);
        var network = Sequential(
            Linear(hidden, inner, device: device), ReLU(), Linear(inner, inner, device: device), ReLU(),
            Linear(inner, hidden, device: device));
        return new(start, network, "mlp_head.", network.forward);
    }

    private EncodedTokens Lstm(Tensor start, long inner)
    {
        var (hidden, device) = (start.shape[1], start.device);
        var lstm = LSTM(hidden, inner, EncoderLayers, bidirectional: true, batchFirst: true, dropout: EncoderDropout, device: device);
        var head = Sequential(Linear(2 * inner, 2 * inner, device: device), ReLU(), Linear(2 * inner, hidden, device: device));
        var network = ModuleDict<Module>(("lstm_head", lstm), ("mlp_head", head));
        return new(start, network, "", x => head.forward(lstm.forward(x.unsqueeze(0)).Item1).squeeze(0));
    }
}
