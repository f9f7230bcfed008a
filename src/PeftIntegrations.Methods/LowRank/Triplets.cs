namespace PeftIntegrations.Methods;

/// <summary>A: [r, in], E: [r, 1] starting at zero, B: [out, r].</summary>
internal sealed class Triplets(Projection site, int r, double s, double dropout) : DeltaPatch, IStoredForm
{
    [ComponentName(Name = "lora_A")] private readonly Parameter _a = new(randn(r, site.In, device: site.Device) * 0.02);
    [ComponentName(Name = "lora_E")] private readonly Parameter _e = new(zeros(r, 1, device: site.Device));
    [ComponentName(Name = "lora_B")] private readonly Parameter _b = new(randn(site.Out, r, device: site.Device) * 0.02);

    public (Parameter A, Parameter E, Parameter B) Factors => (_a, _e, _b);

    /// <summary>Which triplets are left, once the schedule has said so.</summary>
    public bool[]? Left { get; set; }

    public IEnumerable<(string Name, Tensor Tensor)> Stored
    {
        get
        {
            if (Left is null) return [];

            var rows =
                tensor(Left.Index().Where(triplet => triplet.Item).Select(triplet => (long)triplet.Index).ToArray(), device: _a.device);
            return [("lora_A", _a.index_select(0, rows)), ("lora_E", _e.index_select(0, rows)), ("lora_B", _b.index_select(1, rows))];
        }
    }

    public override Tensor DeltaWeight() => s * _b.matmul(_e * _a);

    public override Tensor Delta(Tensor x)
    {
        var seen = nn.functional.dropout(x.to(_a.dtype), dropout, Training && dropout > 0);
        return nn.functional.linear(nn.functional.linear(seen, _e * _a), _b) * s; // [..., in] → [..., r] → [..., out]
    }
}
