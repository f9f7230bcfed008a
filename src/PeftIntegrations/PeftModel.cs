namespace PeftIntegrations;

/// <summary>
/// A pretrained model with its adapters: trains, saves, loads, switches and merges them, and continues, embeds or labels text. Safe to call
/// from any thread.
/// </summary>
/// <remarks>
/// All native work is done one piece after another on a thread of the model's own; a thread that blocks for one text after another does it
/// itself, while nobody else asks. A training run gives way after every step, and texts after every token: those that are asked for at the
/// same time are written together, whatever their adapters.
/// </remarks>
public sealed partial class PeftModel : IAsyncDisposable, IDisposable
{
    private readonly OwnerThread _thread;
    private readonly PretrainedModel _model;
    private readonly AdapterStack _adapters;
    private readonly SharedBatch _batch;
    private readonly TextPump _texts;
    private readonly TextEncoder _encoder;
    private readonly int? _longestText;
    private readonly Registry<PeftMethod> _methods;
    private readonly HashSet<TrainingRun> _runs = []; // of the owner thread alone

    private PeftModel(OwnerThread thread, string source, (PretrainedModel Model, IReadOnlyList<string> Unused) loaded,
        (PeftModelOptions Options, Tokenizer Tokenizer) with)
    {
        var (options, tokenizer) = with;
        (_thread, Source, Options, _model, UnusedTensors) = (thread, source, options, loaded.Model, loaded.Unused);
        _adapters = new(_model);
        _methods = new([typeof(Lora).Assembly, .. options.Extensions]);
        _requests = new(options.MaxBatchedRequests, options.MaxQueuedRequests, Telemetry.ModelTag(source));
        _chatTemplate = options.ChatTemplate;
        Tokenizer = tokenizer;
        _batch = new(_model, _adapters, Tokenizer, ModelFiles.ReadGeneration(source, _model.Config, Tokenizer))
        {
            MostTexts = options.MaxBatchedRequests,
            Attach = Activate,
        };
        _texts = new(thread, _batch);
        _encoder = new(_model);
        _longestText = ModelFiles.ReadLongestText(source);
        Labels = LabelNames.Read(_model);
        Problem = Problems.Read(_model, Labels.Count);
    }

    /// <summary>The folder or file it was loaded from.</summary>
    public string Source { get; }

    /// <summary>How it was opened.</summary>
    public PeftModelOptions Options { get; }

    /// <summary>The type it computes in.</summary>
    public ScalarType DType => _model.DType;

    /// <summary>Where it computes: <c>cpu</c> or <c>cuda:0</c>.</summary>
    public string Device => _model.Device.ToString();

    /// <summary>Its sizes.</summary>
    public ModelShape Shape => _model.Shape;

    /// <summary>Its tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Names of tensors in the files that the model does not use.</summary>
    public IReadOnlyList<string> UnusedTensors { get; }

    /// <summary>The longest text in tokens that its folder states (<c>sentence_bert_config.json</c>); null where it states none.</summary>
    public int? LongestText => _longestText;

    /// <summary>Numbers of the model, without adapters.</summary>
    public long ParameterCount =>
        _model.Weights.Values.Distinct().Sum(weight => weight.Shape.Aggregate(1L, (product, size) => product * size));

    /// <summary>Opens a model.</summary>
    /// <param name="path">A Hugging Face folder with safetensors, or a <c>.gguf</c> file.</param>
    /// <param name="options">Type, device, extensions.</param>
    /// <param name="cancellationToken">Looked at before the work begins.</param>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="path"/>.</exception>
    /// <exception cref="InvalidDataException">The files are damaged, of an unknown architecture, or do not fit together.</exception>
    public static async Task<PeftModel> LoadAsync(string path, PeftModelOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new();
        var thread = new OwnerThread($"PeftModel {Path.GetFileName(path)}");
        try
        {
            using var told = Telemetry.Loading(path);
            return await thread.Run(() => Load(thread, path, options), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await thread.End(() => { }).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The names of the adapters, in the order in which they came.</summary>
    public Task<IReadOnlyList<string>> AdapterNamesAsync(CancellationToken cancellationToken = default) =>
        _thread.Run<IReadOnlyList<string>>(() => [.. _adapters.Names], cancellationToken);

    /// <summary>Saves an adapter where huggingface/peft loads it.</summary>
    /// <exception cref="IOException">The folder cannot be written; what was there is still there.</exception>
    public Task SaveAdapterAsync(string name, string folder, CancellationToken cancellationToken = default) =>
        _thread.Run(() => AdapterFolder.Save(_adapters[name], folder, Source), cancellationToken);

    /// <summary>
    /// Loads an adapter that this library or huggingface/peft saved. One that has the name already is replaced: texts that are being
    /// written with it are written to their end, and those asked for since wait for the new one.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// It is damaged or does not fit; the message names every wrong tensor. The model is as it was.
    /// </exception>
    public async Task LoadAdapterAsync(string name, string folder, CancellationToken cancellationToken = default)
    {
        var replaced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _thread.Run(() => Replace(AdapterName.Check(name), AdapterFolder.Load(folder, _model, _methods)), cancellationToken)
            .ConfigureAwait(false);
        await replaced.Task.ConfigureAwait(false);

        void Replace(string checkedName, Adapter adapter) => _batch.Change(checkedName, () =>
        {
            _adapters.Set(checkedName, adapter);
            replaced.SetResult();
        });
    }

    /// <summary>Frees an adapter.</summary>
    /// <returns>Whether there was one of this name.</returns>
    public Task<bool> RemoveAdapterAsync(string name, CancellationToken cancellationToken = default) =>
        _thread.Run(() => _adapters.Remove(name), cancellationToken);

    /// <summary>The numbers an adapter trains.</summary>
    public Task<long> TrainableCountAsync(string name, CancellationToken cancellationToken = default) =>
        _thread.Run(() => _adapters[name].TrainableCount, cancellationToken);

    /// <summary>
    /// Saves the model with an adapter, or several composed, folded into its weights, as a plain Hugging Face folder. The model itself
    /// stays as it is.
    /// </summary>
    /// <exception cref="NotSupportedException">The adapter depends on its input and cannot be folded.</exception>
    public Task MergeAsync(Composition adapter, string folder, CancellationToken cancellationToken = default) => _thread.Run(
        () =>
        {
            if (ModelFiles.SamePlace(folder, Source))
            {
                throw new ArgumentException($"{folder} holds the model itself. Merge into another folder.", nameof(folder));
            }

            _adapters.Activate(adapter);
            ModelFolder.Save(_model, folder);
            ModelFiles.CopyCompanions(Source, folder, embeds: _model.Head is EmbeddingHead);
        },
        cancellationToken);

    /// <summary>Stops the work that runs, ends the work that waits, and frees model and adapters.</summary>
    public async ValueTask DisposeAsync() => await _thread.End(() =>
    {
        foreach (var run in _runs) run.Dispose();
        _batch.Dispose();
        _adapters.Dispose();
        _model.Dispose();
    }).ConfigureAwait(false);

    /// <summary>The same, for owners that cannot wait: it blocks until all is freed.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static PeftModel Load(OwnerThread thread, string path, PeftModelOptions options)
    {
        if (options is { Labels: not null, Head: not (null or HeadKind.Classification or HeadKind.TokenClassification) })
        {
            throw new ArgumentException($"Labels are of a classifier, and Head is {options.Head}. Give one of the two.", nameof(options));
        }

        var architectures = new Registry<PretrainedModel>([typeof(Llama).Assembly, .. options.Extensions]);
        var how = new LoadOptions
        {
            DType = options.DType,
            Store = options.Store,
            Device = options.Device,
            FallbackToCpu = options.FallbackToCpu,
            Head = options.Head,
            Labels = options.Labels?.Count,
            Pooling = options.Pooling,
            Normalised = options.Normalised,
        };
        var tokenizer = Task.Run(() => ModelFiles.ReadTokenizer(path)); // takes as long as libtorch and the weights
        var loaded = Pretrained.Load(path, how, architectures);
        try
        {
            if (options.Labels is { } labels) LabelNames.Write(loaded.Model, labels);
            if (options.Problem is { } problem) Problems.Write(loaded.Model, problem);
            return new(thread, path, loaded, (options, tokenizer.GetAwaiter().GetResult()));
        }
        catch
        {
            loaded.Model.Dispose();
            throw;
        }
    }

    private void RequireHead(string task, string remedy)
    {
        if (_model.Head.TaskType != task)
        {
            throw new InvalidOperationException(
            $"This model's head is for {_model.Head.TaskType}, not {task}. {remedy}");
        }
    }
}
