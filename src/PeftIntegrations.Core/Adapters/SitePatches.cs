namespace PeftIntegrations.Core;

/// <summary>All that an adapter puts at a site: the method's own patch, and what Hugging Face lets every method train beside it.</summary>
internal static class SitePatches
{
    public static IEnumerable<Patch> For(ISite site, PeftMethod method, TensorPool pool)
    {
        var layer = site as AffineSite;
        if (layer is not null && method.IsSavedWhole(site))
        {
            if (layer.Role == Role.Embedding && method is ITrainsTokens { TokenIndices.Count: > 0 })
            {
                throw new ArgumentException(
                    $"{site.Path} is to be trained whole, and rows of it alone: give ModulesToSave or TokenIndices, not both.");
            }

            yield return new Replacement(layer);
            yield break;
        }

        if (layer is not null && RowsFor(layer, method, pool) is { } rows) yield return rows;
        var own = method.PatchFor(site, pool);
        if (own is not AffinePatch { OwnsBias: true } && layer?.BiasLength is not null
            && BiasFor(layer, method, pool) is { } bias)
        {
            yield return bias;
        }

        if (own is not null) yield return own;
    }

    private static TokenRows? RowsFor(AffineSite site, PeftMethod method, TensorPool pool) =>
        method is ITrainsTokens { TokenIndices: { Count: > 0 } ids }
            ? TokenRows.For(site, ids, "token_adapter.trainable_tokens_delta", pool) : null;

    private static TrainedBias? BiasFor(AffineSite site, PeftMethod method, TensorPool pool)
    {
        var adapted = method.Targeted(site);
        if (method.Bias == BiasTraining.None || (method.Bias == BiasTraining.AdaptedOnly && !adapted)) return null;

        var name = $"base_model.model.{site.Path}.{(adapted ? "base_layer.bias" : "bias")}";
        return new(pool.GetOrAdd(name, () => Trainable.Copy(site.Read().Bias!)));
    }
}
