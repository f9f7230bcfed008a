namespace PeftIntegrations.Methods;

/// <summary>Makes one LoRA of several, as huggingface/peft's <c>add_weighted_adapter</c> does.</summary>
public static class LoraMerge
{
    /// <summary>Merges the factors: A's with A's and B's with B's, so that terms between tasks appear. Needs equal ranks.</summary>
    /// <param name="adapters">LoRAs on one model with the same layers, and how much each counts.</param>
    /// <param name="rule">How tensors are merged.</param>
    /// <exception cref="ArgumentException">An adapter is no LoRA, or layers or ranks differ.</exception>
    public static Adapter Factors(IReadOnlyList<(Adapter Adapter, double Weight)> adapters, MergeRule rule) => Merge(adapters, parts =>
    {
        if (parts.Select(part => part.Patch.Rank).Distinct().Count() > 1)
        {
            throw new ArgumentException($"The adapters' ranks at one layer are " +
                $"{string.Join(", ", parts.Select(part => part.Patch.Rank))}; merging factors needs one. Merge the products, or " +
                    $"concatenate.");
        }

        var roots = parts.Select(part => Math.Sqrt(Math.Abs(part.Weight))).ToArray();
        var signed = parts.Select((part, i) => Math.Sign(part.Weight) * roots[i]).ToArray(); // the sign goes to A alone
        return (rule.Merge([.. parts.Select(part => part.Patch.A)], signed), rule.Merge([.. parts.Select(part => part.Patch.B)], roots));
    });

    /// <summary>Stacks the factors: the exact sum of the updates, with the sum of the ranks.</summary>
    /// <inheritdoc cref="Factors"/>
    public static Adapter Concatenate(IReadOnlyList<(Adapter Adapter, double Weight)> adapters) => Merge(adapters, parts =>
        (cat([.. parts.Select(part => part.Weight * part.Patch.A)], dim: 0), cat([.. parts.Select(part => part.Patch.B)], dim: 1)));

    /// <summary>Merges the updates ΔW themselves and factors the result again by a truncated singular value decomposition.</summary>
    /// <param name="adapters">LoRAs on one model with the same layers, of any ranks, and how much each counts.</param>
    /// <param name="rule">How tensors are merged; <see cref="Linear"/> for peft's plain <c>svd</c>.</param>
    /// <param name="rank">The rank kept; null for the largest of the adapters'.</param>
    public static Adapter Products(IReadOnlyList<(Adapter Adapter, double Weight)> adapters, MergeRule rule, int? rank = null) =>
        Merge(adapters, parts =>
    {
        // ΔW has the scale already
        var merged = rule
            .Merge([.. parts.Select(part => part.Patch.DeltaWeight())], [.. parts.Select(part => part.Weight / part.Patch.Scale)]);
        var (u, s, vh) = linalg.svd(merged, fullMatrices: false);
        var kept = Math.Min(rank ?? parts.Max(part => part.Patch.Rank), s.shape[0]);
        return (vh.narrow(0, 0, kept), u.narrow(1, 0, kept) * s.narrow(0, 0, kept));
    });

    private static Adapter Merge(IReadOnlyList<(Adapter Adapter, double Weight)> adapters,
        Func<IReadOnlyList<(LowRank Patch, double Weight)>, (Tensor A, Tensor B)> merge)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var model = Guard.NotEmpty(adapters, "Name the adapters to merge.")[0].Adapter.Model;
        var factors = Layers(adapters).ToDictionary(layer => layer.Path, layer => merge([.. layer.Parts]));
        var ranks = factors
            .ToDictionary(pair => pair.Key.Replace(".", @"\.", StringComparison.Ordinal), pair => (int)pair.Value.A.shape[0]);
        var rank = ranks.Values.Max();
        var result = new Adapter(model, new Lora
        {
            Targets = Targets.Names([.. factors.Keys]),
            Rank = rank,
            Alpha = rank,
            RankPattern = ranks.Where(pair => pair.Value != rank).ToDictionary(),
            AlphaPattern = ranks.Where(pair => pair.Value != rank).ToDictionary(pair => pair.Key, pair => (double)pair.Value),
        });
        foreach (var (site, patches) in result.Parts)
        {
            var (a, b) = factors[site.Path];
            var patch = patches.OfType<LowRank>().Single();
            patch.A.copy_(a);
            patch.B.copy_(b);
        }

        return result;
    }

    private static IEnumerable<(string Path,
        IEnumerable<(LowRank Patch, double Weight)> Parts)> Layers(IReadOnlyList<(Adapter Adapter, double Weight)> adapters)
    {
        var paths = adapters.Select(adapter => adapter.Adapter.Parts.Select(part => part.Site.Path).ToArray()).ToArray();
        if (paths.Any(other => !other.SequenceEqual(paths[0])))
        {
            throw new ArgumentException(
            "The adapters have patches at different layers. Merge adapters that were made with the same targets.");
        }

        foreach (var (i, path) in paths[0].Index())
        {
            yield return (path, adapters.Select(adapter => adapter.Adapter.Parts.ElementAt(i).Patches is [LowRank patch]
                ? (patch, adapter.Weight * patch.Scale) : throw new ArgumentException(
                $"{adapter.Adapter.Method.GetType().Name} has something else than a low-rank update at {path}. Only plain LoRAs merge " +
                    $"into one.")));
        }
    }
}
