namespace PeftIntegrations.MLNet;

/// <summary>
/// Adds what an adapted model says of a row's text. Lazy: the model works when somebody reads one of the added columns, and then on many
/// rows at once. May be used from any thread.
/// </summary>
/// <remarks>
/// Transformers over one base model share its weights. <see cref="Dispose"/> lets go of them; a prediction engine does that to its
/// transformer unless its options say <c>OwnsTransformer = false</c>.
/// </remarks>
public abstract class PeftTransformer : ITransformer, IDisposable
{
    private readonly TransformerParts _parts;
    private readonly Composition? _adapter; // the same for every row, so that the model need not compare it name by name

    private protected PeftTransformer(TransformerParts parts) =>
        (_parts, _adapter, Outputs) = (parts, parts.Lease.Name, parts.Task.Outputs);

    /// <summary>How the adapter was trained; null where it was not trained here.</summary>
    public TrainingResult? Training => _parts.Training;

    /// <summary>The model that does the work, which other transformers may share.</summary>
    /// <exception cref="ObjectDisposedException">The transformer has been disposed.</exception>
    public PeftModel Model => _parts.Lease.Model;

    /// <summary>What the adapter is called in <see cref="Model"/>; null where there is none.</summary>
    public string? AdapterName => _parts.Lease.Name;

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <summary>What it does with rows.</summary>
    internal RowTask Task => _parts.Task;

    /// <summary>The columns it adds.</summary>
    internal IReadOnlyList<OutputColumn> Outputs { get; }

    /// <summary>The context that it was made in.</summary>
    internal MLContext Context => _parts.Context;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or holds something else; the message says which are there.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        InputsIn(inputSchema);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(Outputs.Select(output => output.Detached));
        return builder.ToSchema();
    }

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new SingleRowMapper(this, inputSchema);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or holds something else; the message says which are there.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new WindowedView(this, input);
    }

    /// <summary>Saves the adapter as a folder that huggingface/peft loads.</summary>
    /// <exception cref="InvalidOperationException">It has no adapter.</exception>
    /// <exception cref="IOException">The folder cannot be written; what was there is still there.</exception>
    public void ExportAdapter(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var name = AdapterName ?? throw new InvalidOperationException(
            $"{GetType().Name} uses the model as it is: there is no adapter to export. Train one, or load one with FromAdapter.");
        Model.SaveAdapterAsync(name, folder).GetAwaiter().GetResult();
    }

    /// <summary>Drops the adapter, and lets go of the model, which is freed with its last user. To do so again does nothing.</summary>
    public void Dispose()
    {
        _parts.Lease.Dispose();
        GC.SuppressFinalize(this);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => PlainChain.Of(this).Save(ctx);

    /// <summary>The columns that it reads.</summary>
    internal IReadOnlyList<DataViewSchema.Column> InputsIn(DataViewSchema schema) =>
        [.. Task.Inputs.Select(name => Columns.FindText(schema, name, "its input", Task.ReadsWords))];

    /// <summary>What the model says of some rows.</summary>
    internal IReadOnlyList<object> Run(IReadOnlyList<string[]> rows) => Task.Run(Model, _adapter, rows);
}

/// <summary>What a transformer is made of.</summary>
/// <param name="Context">The context that it belongs to.</param>
/// <param name="Task">What it does with rows.</param>
/// <param name="Lease">The model, and the adapter in it.</param>
/// <param name="Training">How the adapter was trained, where it was.</param>
internal sealed record TransformerParts(MLContext Context, RowTask Task, AdapterLease Lease, TrainingResult? Training = null);
