namespace PeftIntegrations.MLNet;

/// <summary>A model as ML.NET loads it, and the adapted parts in it.</summary>
internal static class PlainModel
{
    /// <summary>Loads a zip.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static ITransformer Load(MLContext context, string path, out DataViewSchema? inputSchema)
    {
        try
        {
            return context.Model.Load(path, out inputSchema);
        }
        catch (Exception e) when (File.Exists(path)
            && e is IOException or InvalidDataException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"{path} is damaged, or no model of ML.NET: {e.Message} Save the model again.", e);
        }
    }

    /// <summary>The model with adapted parts of their own types.</summary>
    /// <param name="context">The context.</param>
    /// <param name="model">The model as it was loaded.</param>
    /// <param name="open">Opens what a state says.</param>
    public static ITransformer Typed(MLContext context, ITransformer model, Func<string, (RowTask Task, AdapterLease Lease)> open)
    {
        if (PlainChain.StateOf(context, model) is { } state)
        {
            var (task, lease) = open(state);
            return task.Create(new(context, task, lease));
        }

        return model is IEnumerable<ITransformer> chain
            ? new TransformerChain<ITransformer>([.. chain.Select(part => Typed(context, part, open))])
            : model;
    }

    /// <summary>The adapted parts of a model, in their order.</summary>
    public static IEnumerable<PeftTransformer> AdaptedIn(ITransformer model) => model switch
    {
        PeftTransformer adapted => [adapted],
        IEnumerable<ITransformer> chain => chain.SelectMany(AdaptedIn),
        _ => [],
    };
}
