namespace PeftIntegrations.MLNet;

/// <summary>Trains an adapter for a task, or none where the task needs none, and gives the transformer that uses it.</summary>
/// <typeparam name="TTransformer">The transformer.</typeparam>
/// <remarks>It holds no state of a run: one estimator may fit several times, at once too.</remarks>
public abstract class PeftEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : PeftTransformer
{
    private readonly IHost _host;
    private readonly PeftTaskOptions _options;
    private readonly int _seed;

    private protected PeftEstimator(MLContext context, PeftTaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.BaseModel);
        (Context, _options, _host) = (context, options, ((IHostEnvironment)context).Register("Peft"));
        _seed = _host.Rand.Next(); // follows from the context's seed, where it has one
    }

    /// <summary>The context that it was made in.</summary>
    private protected MLContext Context { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or holds something else, or the data cannot be learnt from.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, and was not to keep what it had.</exception>
    public TTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.CancellationToken.ThrowIfCancellationRequested();
        using var channel = _host.Start("Fit");
        var set = Read(input, _options.ValidationSet, new(channel, _options.CancellationToken));
        var how = set.Task.Fit(DeviceOf.Context(_options.Model, Context));
        var shared = SharedModel.OpenAsync(_options.BaseModel, how, _options.CancellationToken).GetAwaiter().GetResult();
        var lease = new AdapterLease(shared, set.Examples is null ? null : SharedModel.NewAdapterName());
        try
        {
            var result = set.Examples is null ? null : Train(lease, set, channel);
            var task = set.Task.Of(lease.Model);
            return (TTransformer)task.Create(new(Context, task, lease, result));
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or holds something else; the message says which are there.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Expect(inputSchema).Outputs.Aggregate(inputSchema, (shape, output) => output.Extend(Context, shape));
    }

    /// <summary>Checks what will come in, and gives the task as far as it can be known by then.</summary>
    private protected abstract RowTask Expect(SchemaShape shape);

    /// <summary>Reads the data, each view once.</summary>
    private protected abstract TrainingSet Read(IDataView input, IDataView? validation, RowSource source);

    private TrainingResult? Train(AdapterLease lease, TrainingSet set, IChannel channel)
    {
        var report = new StepReport(channel, _options.Progress);
        var training = _options.Training.OrSeed(_seed);
        training = training with
        {
            MaxLength = training.MaxLength ?? _options.MaxLength ?? RowTask.LongestText(lease.Model),
            Overflow = training.Overflow ?? set.Overflow,
            Objective = set.Objective ?? training.Objective,
            Validation = set.Validation ?? training.Validation,
        };
        try
        {
            return lease.Model
                .TrainAsync(lease.Name!, _options.Method, set.Examples!, training, report, _options.CancellationToken)
                .GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_options.KeepWhenCancelled && report.Steps > 0)
        {
            channel.Warning(MessageSensitivity.None, $"Fit was cancelled after step {report.Steps}; the adapter is as it was then.");
            return null;
        }
        catch (OperationCanceledException e)
        {
            throw new OperationCanceledException(
                $"Fit was cancelled after {report.Steps} steps, and what it had learnt is gone. Set {nameof(_options.KeepWhenCancelled)} "
                + $"to get it, or {nameof(TrainingOptions.CheckpointFolder)} to go on later.", e, _options.CancellationToken);
        }
    }
}
