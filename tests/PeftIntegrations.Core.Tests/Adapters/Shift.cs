namespace PeftIntegrations.Core.Tests;

/// <summary>ΔW of full rank, drawn from a seed: the simplest method with something to merge.</summary>
internal sealed record Shift(int Seed) : PeftMethod
{
    protected internal override Targets DefaultTargets => Targets.Roles(Role.Query, Role.Value);

    public override Patch? PatchFor(ISite site, TensorPool pool) => Targeted(site) && site is Projection p ? new Change(Random(p)) : null;

    public Tensor Random(Projection site)
    {
        using var random = new Generator((ulong)(Seed + site.Path.Length));
        return randn([site.Out, site.In], generator: random);
    }

    private sealed class Change : DeltaPatch
    {
        [ComponentName(Name = "delta")] private readonly Parameter _delta;

        public Change(Tensor delta) => _delta = new(delta);

        public override Tensor DeltaWeight() => _delta;

        public override Tensor Delta(Tensor x) => nn.functional.linear(x, _delta);
    }
}
