namespace PeftIntegrations.MLNet;

/// <summary>
/// How a plain saved model does a task: by a mapping that the loader finds by the name of its contract, and built-in transformers that make
/// the final columns of what the mapping gives. A contract is for ever: another layout is another contract.
/// </summary>
/// <param name="columns">How each final column is made.</param>
internal abstract class Carrier(IReadOnlyList<CarriedColumn> columns)
{
    /// <summary>How each final column is made.</summary>
    public IReadOnlyList<CarriedColumn> Columns => columns;

    /// <summary>The mapping.</summary>
    public abstract ITransformer Mapping(MLContext context, IDataView input);
}

/// <summary>A carrier by a mapping between two classes.</summary>
/// <param name="contract">The name of the contract.</param>
/// <param name="map">The mapping that the contract's class gives too.</param>
/// <param name="columns">How each final column is made.</param>
internal sealed class Carrier<TIn, TOut>(string contract, Action<TIn, TOut> map, params IReadOnlyList<CarriedColumn> columns)
    : Carrier(columns)
    where TIn : class, new()
    where TOut : class, new()
{
    public override ITransformer Mapping(MLContext context, IDataView input) =>
        context.Transforms.CustomMapping(map, contract).Fit(input);
}
