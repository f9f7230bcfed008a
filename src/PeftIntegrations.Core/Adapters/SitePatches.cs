namespace PeftIntegrations.Core;

/// <summary>All that an adapter puts at a site: the method's own patch, and what Hugging Face lets every method train beside it.</summary>
internal static class SitePatches
{
    public static IEnumerable<Patch> For(ISite site, PretrainedModel model, PeftMethod method, TensorPool pool)
    {
        var layer = site as AffineSite;
        if (layer is not null && method.IsSavedWhole(site))
        {
            if (layer == model.Embeddings && method is ITrainsTokens { TokenIndices.Count: > 0 })
            {
                throw new ArgumentException(
                    $"{site.Path} is to be trained whole, and rows of it alone: give ModulesToSave or TokenIndices, not both.");
            }

            yield return new Replacement(layer);
            yield break;
        }

        if (layer is not null && TokenRowsFor(layer, model, method, pool) is { } rows) yield return rows;
        if (method.PatchFor(site, pool) is { } own) yield return own;
        if (layer?.BiasLength is not null && BiasFor(layer, method, pool) is { } bias) yield return bias;
    }

    private static TrainedBias? BiasFor(AffineSite site, PeftMethod method, TensorPool pool)
    {
        var adapted = method.Targeted(site);
        if (method.Bias == BiasTraining.None || (method.Bias == BiasTraining.AdaptedOnly && !adapted)) return null;

        var name = $"model.{site.Path}.{(adapted ? "base_layer.bias" : "bias")}";
        return new(pool.GetOrAdd(name, () => new Parameter(site.Read().Bias!.detach().to(ScalarType.Float32, copy: true))));
    }

    private static TokenRows? TokenRowsFor(AffineSite site, PretrainedModel model, PeftMethod method, TensorPool pool)
    {
        var embedding = model.Embeddings;
        var tied = site == model.Head.Output && model.HeadIsTied;
        if (method is not ITrainsTokens { TokenIndices: { Count: > 0 } ids } || (site != embedding && !tied)) return null;

        if (ids.FirstOrDefault(id => id < 0 || id >= embedding.Vocabulary, -1) is var wrong and not -1)
        {
            throw new ArgumentException($"Token {wrong} cannot be trained: the model's vocabulary has ids 0 to {embedding.Vocabulary - 1}.");
        }

        var indices = tensor(ids.Select(id => (long)id).ToArray(), device: site.Device).DetachFromDisposeScope();
        var rows = pool.GetOrAdd(
            $"model.{embedding.Path}.token_adapter.trainable_tokens_delta",
            () => new Parameter(embedding.Read().Weight.detach().index_select(0, indices).to(ScalarType.Float32)));
        return new(indices, rows, ofEmbedding: site == embedding);
    }
}
