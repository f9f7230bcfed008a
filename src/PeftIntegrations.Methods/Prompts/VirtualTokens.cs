namespace PeftIntegrations.Methods;

/// <summary>The virtual tokens of one adapter: [p, width]. Files hold them as <c>prompt_embeddings</c>, however they are made.</summary>
internal abstract class VirtualTokens : IOwnsTensors, IStoredForm
{
    /// <summary>The name that files give them.</summary>
    public const string FileName = "prompt_embeddings";

    /// <inheritdoc/>
    public abstract IEnumerable<(string Name, Parameter Tensor)> Tensors { get; }

    /// <inheritdoc/>
    public IEnumerable<(string Name, Tensor Tensor)> Stored => [(FileName, Make().detach())];

    /// <summary>Makes them: [p, width].</summary>
    public abstract Tensor Make();
}

/// <summary>Virtual tokens that are trained themselves.</summary>
internal sealed class TableOfTokens(Tensor start) : VirtualTokens
{
    private readonly Parameter _table = new(start);

    public override IEnumerable<(string Name, Parameter Tensor)> Tensors => [(FileName, _table)];

    public override Tensor Make() => _table;
}

/// <summary>Virtual tokens that a small network makes from an embedding of its own: [p, inner] → [p, width].</summary>
internal sealed class EncodedTokens : VirtualTokens
{
    private const string Prefix = "prompt_encoder";
    private readonly Parameter _embedding;
    private readonly nn.Module _network;
    private readonly string _networkName;
    private readonly Func<Tensor, Tensor> _encode;

    public EncodedTokens(Tensor embedding, nn.Module network, string networkName, Func<Tensor, Tensor> encode)
    {
        _embedding = new(embedding);
        (_network, _networkName, _encode) = (network, networkName, encode);
    }

    public override IEnumerable<(string Name, Parameter Tensor)> Tensors =>
    [
        ($"{Prefix}.embedding.weight", _embedding),
        .. _network.named_parameters().Select(p => ($"{Prefix}.{_networkName}{p.name}", p.parameter)),
    ];

    public override Tensor Make() => _encode(_embedding);
}
