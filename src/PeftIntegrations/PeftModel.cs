using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace PeftIntegrations;

/// <summary>
/// A pretrained model with its adapters: trains, saves, loads, switches and merges them, and continues, embeds or labels text. Safe to call
/// from any thread.
/// </summary>
/// <remarks>
/// All native work is done one piece after another on a thread of the model's own; a training run gives way after every step.
/// </remarks>
public sealed partial class PeftModel : IAsyncDisposable
{
    private readonly OwnerThread _thread;
    private readonly PretrainedModel _model;
    private readonly AdapterStack _adapters;
    private readonly TextGenerator _generator;
    private readonly TextEncoder _encoder;
    private readonly int? _longestText;
    private readonly Registry<PeftMethod> _methods;
    private readonly HashSet<TrainingRun> _runs = []; // of the owner thread alone

    private PeftModel(OwnerThread thread, string source, (PretrainedModel Model, IReadOnlyList<string> Unused) loaded,
        PeftModelOptions options)
    {
        (_thread, Source, _model, UnusedTensors) = (thread, source, loaded.Model, loaded.Unused);
        _adapters = new(_model);
        _methods = new([typeof(Lora).Assembly, .. options.Extensions]);
        Tokenizer = ModelFiles.ReadTokenizer(source);
        _generator = new(_model, Tokenizer, ModelFiles.ReadGeneration(source, _model.Config, Tokenizer));
        _encoder = new(_model);
        _longestText = ModelFiles.ReadLongestText(source);
        Labels = LabelNames.Read(_model);
    }

    /// <summary>The folder or file it was loaded from.</summary>
    public string Source { get; }

    /// <summary>Its sizes.</summary>
    public ModelShape Shape => _model.Shape;

    /// <summary>Its tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Names of tensors in the files that the model does not use.</summary>
    public IReadOnlyList<string> UnusedTensors { get; }

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

    /// <summary>Makes an adapter and trains it. One that has the name already is replaced.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="method">The method, such as <c>new Lora { Rank = 8 }</c>.</param>
    /// <param name="data">What to learn.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellationToken">Looked at before every batch; the adapter stays as after the last whole step.</param>
    /// <exception cref="ArgumentException">Options contradict each other, or the data cannot be learned from.</exception>
    /// <exception cref="TrainingDivergedException">The loss is not a number; the adapter keeps its last good numbers.</exception>
    /// <exception cref="InvalidDataException">The run was to resume, and all its checkpoints are damaged.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written, or another run is using their folder.</exception>
    public async Task<TrainingResult> TrainAsync(
        string name, PeftMethod method, Texts data, TrainingOptions? options = null, IProgress<TrainingProgress>? progress = null,
            CancellationToken cancellationToken = default)
    {
        AdapterName.Check(name);
        return await TrainAsync(name, chosen => Start(method, chosen), chosen =>
            Prepare(data, chosen), (options ?? new(), progress), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Goes on training an adapter that is there already.</summary>
    /// <inheritdoc cref="TrainAsync(string, PeftMethod, Texts, TrainingOptions?, IProgress{TrainingProgress}?, CancellationToken)"/>
    public Task<TrainingResult> TrainAsync(
        string name, Texts data, TrainingOptions? options = null, IProgress<TrainingProgress>? progress = null,
            CancellationToken cancellationToken = default) =>
        TrainAsync(name, _ => _adapters[name], chosen => Prepare(data, chosen), (options ?? new(), progress), cancellationToken);

    /// <summary>Continues a prompt, piece by piece.</summary>
    /// <param name="prompt">The beginning of the text.</param>
    /// <param name="options">How, and with which adapter; what is not set is as the model says.</param>
    /// <param name="cancellationToken">Looked at before every token. Leaving the loop ends the work too.</param>
    /// <returns>The new text as soon as it is certain; never half a character.</returns>
    public async IAsyncEnumerable<string> GenerateAsync(
        string prompt, GenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pieces = Channel.CreateUnbounded<string>(new() { SingleReader = true, SingleWriter = true });
        var work = Stream([prompt], options ?? new(), piece => pieces.Writer.TryWrite(piece.Text), pieces.Writer, stop.Token);
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false)) yield return piece;
            cancellationToken.ThrowIfCancellationRequested();
            await work.ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Continues prompts of any lengths in one batch.</summary>
    /// <inheritdoc cref="GenerateAsync"/>
    public Task<IReadOnlyList<GeneratedText>> CompleteAsync(
        IReadOnlyList<string> prompts, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        _thread.Run(stop => Generate(prompts, options ?? new(), null, stop), cancellationToken);

    /// <summary>Saves an adapter where huggingface/peft loads it.</summary>
    /// <exception cref="IOException">The folder cannot be written; what was there is still there.</exception>
    public Task SaveAdapterAsync(string name, string folder, CancellationToken cancellationToken = default) =>
        _thread.Run(() => AdapterFolder.Save(_adapters[name], folder, Source), cancellationToken);

    /// <summary>Loads an adapter that this library or huggingface/peft saved. One that has the name already is replaced.</summary>
    /// <exception cref="InvalidDataException">
    /// It is damaged or does not fit; the message names every wrong tensor. The model is as it was.
    /// </exception>
    public Task LoadAdapterAsync(string name, string folder, CancellationToken cancellationToken = default) =>
        _thread.Run(() => _adapters.Set(AdapterName.Check(name), AdapterFolder.Load(folder, _model, _methods)), cancellationToken);

    /// <summary>Frees an adapter.</summary>
    /// <returns>Whether there was one of this name.</returns>
    public Task<bool> RemoveAdapterAsync(string name, CancellationToken cancellationToken = default) =>
        _thread.Run(() => _adapters.Remove(name), cancellationToken);

    /// <summary>The numbers an adapter trains.</summary>
    public Task<long> TrainableCountAsync(string name, CancellationToken cancellationToken = default) =>
        _thread.Run(() => _adapters[name].TrainableCount, cancellationToken);

    /// <summary>
    /// Saves the model with an adapter folded into its weights, as a plain Hugging Face folder. The model itself stays as it is.
    /// </summary>
    /// <exception cref="NotSupportedException">The adapter depends on its input and cannot be folded.</exception>
    public Task MergeAsync(string name, string folder, CancellationToken cancellationToken = default) => _thread.Run(
        () =>
        {
            if (ModelFiles.SamePlace(folder, Source))
            {
                throw new ArgumentException($"{folder} holds the model itself. Merge into another folder.", nameof(folder));
            }

            _adapters.Activate(Composition.Of(name));
            ModelFolder.Save(_model, folder);
            ModelFiles.CopyCompanions(Source, folder, embeds: _model.Head is EmbeddingHead);
        },
        cancellationToken);

    /// <summary>Stops the work that runs, ends the work that waits, and frees model and adapters.</summary>
    public async ValueTask DisposeAsync() => await _thread.End(() =>
    {
        foreach (var run in _runs) run.Dispose();
        _adapters.Dispose();
        _model.Dispose();
    }).ConfigureAwait(false);

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
            Device = options.Device,
            FallbackToCpu = options.FallbackToCpu,
            Head = options.Head,
            Labels = options.Labels?.Count,
        };
        var loaded = Pretrained.Load(path, how, architectures);
        try
        {
            if (options.Labels is { } labels) LabelNames.Write(loaded.Model, labels);
            return new(thread, path, loaded, options);
        }
        catch
        {
            loaded.Model.Dispose();
            throw;
        }
    }

    private async Task<TrainingResult> TrainAsync(
        string name, Func<TrainingOptions, Adapter> find, Func<TrainingOptions, TrainingMaterial> prepare,
        (TrainingOptions Options, IProgress<TrainingProgress>? Progress) how, CancellationToken cancellationToken)
    {
        var options = how.Options; // the data come first: where they are refused, an adapter of this name is still there
        var material = prepare(options);
        var (adapter, run) = await _thread.Run(() => Begin(name, find(options), material, options), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            while (!run.IsDone)
            {
                var step = await _thread.Run(stop => Step(name, adapter, run, stop), cancellationToken).ConfigureAwait(false);
                how.Progress?.Report(step);
            }

            return run.Result;
        }
        finally
        {
            var finish = _thread.Run(() => Finish(run), CancellationToken.None);
            await finish.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // a disposed model has finished it already
        }
    }

    private Adapter Start(PeftMethod method, TrainingOptions options)
    {
        manual_seed(options.Seed);
        var read = method is IReadsText { Text: { Length: > 0 } text } reader ? reader.With([.. Tokenizer.Encode(text).Ids]) : method;
        return new(_model, read);
    }

    private TrainingMaterial Prepare(Texts data, TrainingOptions options)
    {
        RequireHead("CAUSAL_LM", $"It learns from {nameof(LabelledTexts)} if it is loaded with Labels.");
        if (options.LabelledValidation is not null)
        {
            throw new ArgumentException($"{nameof(options.LabelledValidation)} judges a classifier, and the data are texts to continue. " +
                $"Set {nameof(options.Validation)}.");
        }

        SequenceRows Rows(Texts texts) => new(TokenSequences.From(texts, Tokenizer, options.Rows(Shape.MaxPositions)));
        return new(Rows(data), options.Validation is { } texts ? Rows(texts) : null, options.Objective ?? new CausalLanguageModel());
    }

    private (Adapter, TrainingRun) Begin(string name, Adapter adapter, TrainingMaterial material, TrainingOptions options)
    {
        var isNew = !_adapters.Contains(name) || _adapters[name] != adapter;
        try
        {
            var run = new TrainingRun(adapter, material.Rows, material.Validation, options, material.Objective);
            _runs.Add(run);
            if (isNew) _adapters.Set(name, adapter);
            return (adapter, run);
        }
        catch
        {
            if (isNew) adapter.Dispose(); // the one of this name is still there
            throw;
        }
    }

    private TrainingProgress Step(string name, Adapter adapter, TrainingRun run, CancellationToken cancellationToken)
    {
        if (_adapters[name] != adapter)
        {
            throw new InvalidOperationException(
                $"Adapter '{name}' was replaced while it was trained. Train the new one, or take another name.");
        }

        _adapters.Activate(Composition.Of(name));
        return run.Next(cancellationToken);
    }

    private void Finish(TrainingRun run)
    {
        _runs.Remove(run);
        run.Dispose();
    }

    private async Task Stream(
        IReadOnlyList<string> prompts, GenerationOptions options, Action<TextPiece> onText, ChannelWriter<string> writer,
            CancellationToken cancellationToken)
    {
        try
        {
            await _thread.Run(stop => Generate(prompts, options, onText, stop), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            writer.Complete();
        }
    }

    private IReadOnlyList<GeneratedText> Generate(
        IReadOnlyList<string> prompts, GenerationOptions options, Action<TextPiece>? onText, CancellationToken cancellationToken)
    {
        RequireHead("CAUSAL_LM",
            $"It writes no text; {nameof(EmbedAsync)} and {nameof(ClassifyAsync)} read it. Load a model that continues text.");
        _adapters.Activate(options.Adapter is { } name ? Composition.Of(name) : Composition.None);
        return _generator.Generate(prompts, options, onText, cancellationToken);
    }

    private void RequireHead(string task, string remedy)
    {
        if (_model.Head.TaskType != task)
        {
            throw new InvalidOperationException(
            $"This model's head is for {_model.Head.TaskType}, not {task}. {remedy}");
        }
    }

    private sealed record TrainingMaterial(ITrainingRows Rows, ITrainingRows? Validation, Objective Objective);
}
