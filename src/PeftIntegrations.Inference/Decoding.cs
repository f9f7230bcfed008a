using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>
/// A batch of texts being continued token by token; texts may join between two tokens, and leave when they end. All calls come from the
/// model's owner thread; a call leaves no scope open.
/// </summary>
public sealed class Decoding : IDisposable
{
    /// <summary>Most tokens that are read between two looks at the cancellation token, or while others wait for their next one.</summary>
    private const int PrefillChunk = 512, PrefillChunkOfGpu = 4096; // which takes as long for few as for many

    private const int LeastChunk = 64; // of each text, however many are read at once

    private readonly PretrainedModel _model;
    private readonly Action<IReadOnlyList<Composition>>? _attach;
    private readonly List<DecodingRow> _waiting = [];
    private AlignedRows? _reading; // those whose prompts are being read
    private AlignedRows? _running;
    private int _added;

    /// <summary>Prepares a batch; reads nothing yet.</summary>
    /// <exception cref="ArgumentException">A prompt is empty or longer than the model can read, or the model writes no text.</exception>
    public Decoding(PretrainedModel model, IReadOnlyList<GenerationRequest> requests) : this(model) =>
        Add(Guard.NotEmpty(requests, "Give at least one prompt."));

    /// <summary>A batch without texts yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="attach">
    /// Lets what the options of each row name act on the rows of the passes to come; null where what is attached acts on all.
    /// </param>
    /// <exception cref="ArgumentException">The model writes no text.</exception>
    public Decoding(PretrainedModel model, Action<IReadOnlyList<Composition>>? attach = null)
    {
        (_model, _attach) = (model, attach);
        if (model.Head.TaskType != "CAUSAL_LM")
        {
            throw new ArgumentException($"This model's head is for {model.Head.TaskType}; only a CAUSAL_LM model continues text.",
                nameof(model));
        }
    }

    /// <summary>Whether every text has ended.</summary>
    public bool IsDone => _running is null && _reading is null && _waiting.Count == 0;

    /// <summary>Takes in texts; the calls to come read their prompts.</summary>
    /// <returns>The number of the first; those of the others follow it.</returns>
    /// <exception cref="ArgumentException">A prompt is empty or longer than the model can read; none is taken.</exception>
    public int Add(IReadOnlyList<GenerationRequest> requests)
    {
        var first = _added;
        DecodingRow[] rows = [.. requests.Select((request, i) => new DecodingRow(request, i, _model.Shape))];
        foreach (var row in rows) Add(row);
        return first;
    }

    internal void Add(DecodingRow row)
    {
        row.Index = _added++;
        _waiting.Add(row);
    }

    /// <summary>The next token of each text whose prompt has been read; the first call reads prompts.</summary>
    /// <exception cref="OperationCanceledException">Asked for; nothing is left half done.</exception>
    public IReadOnlyList<GeneratedToken> Next(CancellationToken cancellationToken = default) =>
        Next((_, problem) => ExceptionDispatchInfo.Throw(problem), cancellationToken);

    /// <inheritdoc cref="Next(CancellationToken)"/>
    /// <param name="onProblem">Told of a text that has no next token, and why; it ends, and the others go on.</param>
    /// <param name="cancellationToken">Looked at before every token, and between parts of prompts.</param>
    public IReadOnlyList<GeneratedToken> Next(Action<int, Exception> onProblem, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var tokens = new List<GeneratedToken>();
        if (_running is { } running)
        {
            Pick(running, Read(running)!, tokens, onProblem);
            _running = Left(running);
        }

        for (var isAlone = tokens.Count == 0; (_reading ??= FirstAlike()) is { } reading; cancellationToken.ThrowIfCancellationRequested())
        {
            if (Read(reading) is { } scores)
            {
                Pick(reading, scores, tokens, onProblem);
                _reading = null;
                Join(Left(reading));
            }

            if (!isAlone || tokens.Count > 0) break;
        }

        return tokens;
    }

    /// <summary>Ends one text early.</summary>
    public void End(int row)
    {
        _waiting.RemoveAll(other => other.Index == row);
        foreach (var other in (_reading?.Rows ?? []).Concat(_running?.Rows ?? []).Where(other => other.Index == row))
        {
            other.Ended = FinishReason.StopText;
        }

        _reading = Left(_reading);
        _running = Left(_running);
    }

    /// <summary>Frees the cache.</summary>
    public void Dispose()
    {
        _reading?.Dispose();
        _running?.Dispose();
    }

    private static AlignedRows? Left(AlignedRows? rows)
    {
        if (rows?.DropEnded() != false) return rows;

        rows.Dispose();
        return null;
    }

    /// <summary>Those that have waited longest, and others with prompts about as long.</summary>
    private AlignedRows? FirstAlike()
    {
        if (_waiting.Count == 0) return null;

        var first = _waiting[0].Count;
        DecodingRow[] alike = [.. _waiting.Where(row => Math.Max(row.Count, first) <= 1.5 * Math.Min(row.Count, first) + 16)];
        _waiting.RemoveAll(alike.Contains);
        return new(_model, alike);
    }

    private void Join(AlignedRows? read)
    {
        if (_running is null || read is null)
        {
            _running ??= read;
            return;
        }

        _running.Join(read);
        read.Dispose();
    }

    private Tensor? Read(AlignedRows rows)
    {
        _attach?.Invoke(rows.Adapters);
        var chunk = _model.Device.type == DeviceType.CUDA ? PrefillChunkOfGpu : PrefillChunk;
        return rows.Read(Math.Max(LeastChunk, chunk / rows.Rows.Count));
    }

    private static void Pick(AlignedRows rows, Tensor scores, List<GeneratedToken> tokens, Action<int, Exception> onProblem)
    {
        var vocabulary = (int)scores.shape[1];
        var numbers = MemoryMarshal.Cast<byte, float>(scores.to(ScalarType.Float32).cpu().contiguous().bytes);
        for (var i = 0; i < rows.Rows.Count; i++)
        {
            var row = rows.Rows[i];
            try
            {
                tokens.Add(row.Pick(numbers.Slice(i * vocabulary, vocabulary)));
            }
            catch (Exception problem)
            {
                row.Ended = FinishReason.StopText;
                onProblem(row.Index, problem);
            }
        }
    }
}
