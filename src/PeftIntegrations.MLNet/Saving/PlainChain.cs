namespace PeftIntegrations.MLNet;

/// <summary>
/// A transformer as a chain of built-in ones, which is what ML.NET can save and load: a key for each row, the state that the key looks up,
/// the mapping that the state revives, and what makes the final columns of its own.
/// </summary>
internal static class PlainChain
{
    /// <summary>The chain that does what a transformer does.</summary>
    public static ICanSaveModel Of(PeftTransformer transformer)
    {
        var (context, task) = (transformer.Context, transformer.Task);
        var inputs = task.ReadsWords ? [WordsCarrier.WordsName] : new[] { TextCarrier.TextName, TextCarrier.PairName };
        var links = new List<ITransformer>();
        var view = NoRows(context, task);
        Add(data => context.Transforms.CustomMapping<NoColumns, StateKey>(StateKeyFactory.Map, StateKeyFactory.Contract).Fit(data));
        Add(StateOf(transformer).Fit);
        foreach (var (index, input) in inputs.Index())
        {
            Add(context.Transforms.CopyColumns(input, task.Inputs[Math.Min(index, task.Inputs.Count - 1)]).Fit);
        }

        var carrier = task.Carrier;
        Add(data => carrier.Mapping(context, data));
        foreach (var column in carrier.Columns) Add(data => column.Fit(context, data));
        string[] own = [StateKey.KeyName, StateKey.StateName, .. inputs, .. carrier.Columns.Select(column => column.From).Distinct()];
        Add(context.Transforms.DropColumns(own).Fit);
        return new TransformerChain<ITransformer>([.. links]);

        void Add(Func<IDataView, ITransformer> fit)
        {
            links.Add(fit(view));
            view = links[^1].Transform(view);
        }
    }

    /// <summary>The state that such a chain carries, or null where the chain is another one.</summary>
    public static string? StateOf(MLContext context, ITransformer transformer)
    {
        if (transformer is not IEnumerable<ITransformer> chain) return null;

        var links = chain.Take(2).ToArray();
        if (links is not [CustomMappingTransformer<NoColumns, StateKey> keys, var table]) return null;

        var row = context.Data.LoadFromEnumerable([new StateKey()]);
        return table.Transform(keys.Transform(row)).GetColumn<ReadOnlyMemory<char>>(StateKey.StateName).First().ToString();
    }

    private static ValueMappingEstimator StateOf(PeftTransformer transformer)
    {
        var row = new State { Key = StateKey.Only, Value = SavedTask.Of(transformer).ToJson() };
        var table = transformer.Context.Data.LoadFromEnumerable([row]);
        return transformer.Context.Transforms.Conversion.MapValue(
            StateKey.StateName, table, table.Schema[nameof(State.Key)], table.Schema[nameof(State.Value)], StateKey.KeyName);
    }

    private static IDataView NoRows(MLContext context, RowTask task)
    {
        if (task.ReadsWords) return Empty<Words>(nameof(Words.Value), task.Inputs[0]);

        return task.Inputs.Count == 1
            ? Empty<OneText>(nameof(OneText.First), task.Inputs[0])
            : Empty<TwoTexts>(nameof(TwoTexts.First), task.Inputs[0], nameof(TwoTexts.Second), task.Inputs[1]);

        IDataView Empty<T>(params string[] names)
            where T : class
        {
            var schema = SchemaDefinition.Create(typeof(T));
            foreach (var pair in names.Chunk(2)) schema[pair[0]].ColumnName = pair[1];
            return context.Data.LoadFromEnumerable(Array.Empty<T>(), schema);
        }
    }

    private sealed class State
    {
        public int Key { get; set; }

        public string Value { get; set; } = "";
    }

    private sealed class OneText
    {
        public string First { get; set; } = "";
    }

    private sealed class TwoTexts
    {
        public string First { get; set; } = "";

        public string Second { get; set; } = "";
    }

    private sealed class Words
    {
        public string[] Value { get; set; } = [];
    }
}
