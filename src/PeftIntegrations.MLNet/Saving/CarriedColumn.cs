namespace PeftIntegrations.MLNet;

/// <summary>A final column of a plain saved model, and the mapping's column that it is made of.</summary>
/// <param name="From">The mapping's column.</param>
/// <param name="To">The final one.</param>
internal abstract record CarriedColumn(string From, string To)
{
    /// <summary>The built-in transformer that makes it.</summary>
    /// <param name="context">The context.</param>
    /// <param name="input">A view without rows.</param>
    public abstract ITransformer Fit(MLContext context, IDataView input);
}

/// <summary>A column that is final but for its name.</summary>
internal sealed record CopiedColumn(string From, string To) : CarriedColumn(From, To)
{
    public override ITransformer Fit(MLContext context, IDataView input) => context.Transforms.CopyColumns(To, From).Fit(input);
}

/// <summary>A column of label names that are to be keys.</summary>
internal sealed record KeyColumn(string From, string To, LabelSet Labels) : CarriedColumn(From, To)
{
    public override ITransformer Fit(MLContext context, IDataView input) => Labels.KeysOf(context, From, To).Fit(input);
}

/// <summary>A column of vectors whose first slots alone are meant: a mapping's class cannot know how many.</summary>
internal sealed record CutColumn(string From, string To, int Slots, int Of) : CarriedColumn(From, To)
{
    // Slots that are never other than zero go; so one row that says which are, and the data need not be read.
    public override ITransformer Fit(MLContext context, IDataView input)
    {
        var row = new Row { Values = [.. Enumerable.Range(0, Of).Select(slot => slot < Slots ? 1f : 0f)] };
        var schema = SchemaDefinition.Create(typeof(Row));
        var column = schema[nameof(Row.Values)];
        (column.ColumnName, column.ColumnType) = (From, new VectorDataViewType(NumberDataViewType.Single, Of));
        return context.Transforms.FeatureSelection.SelectFeaturesBasedOnCount(To, From, count: 1)
            .Fit(context.Data.LoadFromEnumerable([row], schema));
    }

    private sealed class Row
    {
        public float[] Values { get; set; } = [];
    }
}
