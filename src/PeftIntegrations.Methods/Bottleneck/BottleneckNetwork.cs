namespace PeftIntegrations.Methods;

/// <summary>
/// U·σ(D·x + b) + c with D: [m, d], U: [d, m]: the small network of every adapter of this family. U and c start at zero, so it starts
/// silent.
/// </summary>
internal sealed class BottleneckNetwork(ISite site, long m, Func<Tensor, Tensor> act, Device device) : Patch
{
    [ComponentName(Name = "adapter_down.weight")]
    private readonly Parameter _down =
        new(randn(m, site.Model.Hidden, device: device) * 0.02);
    [ComponentName(Name = "adapter_down.bias")] private readonly Parameter _b = new(zeros(m, device: device));
    [ComponentName(Name = "adapter_up.weight")] private readonly Parameter _up = new(zeros(site.Model.Hidden, m, device: device));
    [ComponentName(Name = "adapter_up.bias")] private readonly Parameter _c = new(zeros(site.Model.Hidden, device: device));

    public Tensor Apply(Tensor x) =>
        // [batch, seq, d] → [batch, seq, m] → [batch, seq, d]
        nn.functional.linear(act(nn.functional.linear(x.to(_down.dtype), _down, _b)), _up, _c);
}

/// <summary>h ← h + network(h), h the block's output.</summary>
internal sealed class SerialBottleneck(BottleneckNetwork network) : Patch<Tensor>
{
    [ComponentName(Name = "")] private readonly BottleneckNetwork _network = network;

    public override Tensor Forward(Tensor input, Func<Tensor, Tensor> below)
    {
        var h = below(input);
        return (h + _network.Apply(h)).to(h.dtype);
    }
}
