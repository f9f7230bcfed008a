using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>
/// VeRA (Kopiczko et al. 2023, arXiv:2310.11454): h = W₀x + Λb·B·Λd·A·x; A and B are random, frozen and shared by all layers.
/// </summary>
[RegisteredAs("VERA")]
public sealed record Vera : PeftMethod
{
    /// <summary>r; large ranks (256, the default) are cheap, as only r + out numbers are trained per layer.</summary>
    [JsonPropertyName("r")]
    public int Rank { get; init => field = Guard.AtLeast(1, value, "256 is a good start."); } = 256;

    /// <summary>What d starts as. Default 0.1.</summary>
    [JsonPropertyName("d_initial")]
    public double StartOfD { get; init => field = Guard.Within(-100, 100, value, "0.1 is usual."); } = 0.1;

    /// <summary>Probability of zeroing an input of A while training; in [0, 1). Default 0.</summary>
    [JsonPropertyName("vera_dropout")]
    public double Dropout { get; init => field = Guard.Within(0, 0.999, value, "0 is usual."); }

    /// <summary>Seed of A and B, the same numbers as in Python. Default 0.</summary>
    [JsonPropertyName("projection_prng_key")]
    public long Seed { get; init; }

    /// <summary>Whether files hold A and B; without, they are made again from the seed. Default true.</summary>
    [JsonPropertyName("save_projection")]
    public bool SavesProjection { get; init; } = true;

    /// <summary>
    /// Whether the file's model stores its weights transposed. Read for the file's sake; our layers know their own orientation.
    /// </summary>
    [JsonPropertyName("fan_in_fan_out")]
    public bool FanInFanOut { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Roles(Role.Query, Role.Value, Role.QueryKeyValue);

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool)
    {
        if (site is not Projection p || !Targeted(site)) return null;

        var basis = pool.Part(() => new Basis(this, [.. pool.Sites.OfType<Projection>().Where(Targeted)]));
        var a = pool.GetOrAdd("base_model.vera_A", () => new(basis.A, requires_grad: false), SavesProjection);
        var b = pool.GetOrAdd("base_model.vera_B", () => new(basis.B, requires_grad: false), SavesProjection);
        return new SharedBasis(p, a, b, StartOfD, Dropout);
    }

    /// <summary>A: [r, widest in], B: [widest out, r], from one generator on the processor, A first: as Python draws them.</summary>
    private sealed class Basis
    {
        public Basis(Vera method, IReadOnlyList<Projection> layers)
        {
            using var generator = new Generator((ulong)method.Seed, CPU);
            var (@in, @out) = (layers.Max(layer => layer.In), layers.Max(layer => layer.Out));
            A = Draw(method.Rank, @in, generator).to(layers[0].Device);
            B = Draw(@out, method.Rank, generator).to(layers[0].Device);
        }

        public Tensor A { get; }

        public Tensor B { get; }

        private static Tensor Draw(long rows, long columns, Generator generator)
        {
            var bound = Math.Sqrt(6.0 / columns);
            return empty(rows, columns, device: CPU).uniform_(-bound, bound, generator);
        }
    }
}

/// <summary>
/// ΔW = diag(b)·B·diag(d)·A with d: [r], b: [out] starting at zero; a layer takes the first of the shared columns and rows.
/// </summary>
internal sealed class SharedBasis(Projection site, PooledTensor a, PooledTensor b, double startOfD, double dropout) : DeltaPatch
{
    [ComponentName(Name = "vera_lambda_d")] private readonly Parameter _d = new(full(a.Value.shape[0], startOfD, device: site.Device));
    [ComponentName(Name = "vera_lambda_b")] private readonly Parameter _b = new(zeros(site.Out, device: site.Device));

    public override Tensor DeltaWeight() => _b.unsqueeze(1) * B.matmul(_d.unsqueeze(1) * A);

    public override Tensor Delta(Tensor x)
    {
        var seen = nn.functional.dropout(x.to(_d.dtype), dropout, Training && dropout > 0);
        return _b * nn.functional.linear(_d * nn.functional.linear(seen, A), B); // [..., in] → [..., r] → [..., out]
    }

    private Tensor A => a.Value.narrow(1, 0, site.In);

    private Tensor B => b.Value.narrow(0, 0, site.Out);
}
