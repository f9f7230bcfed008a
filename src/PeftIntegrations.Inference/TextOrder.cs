namespace PeftIntegrations.Inference;

/// <summary>Texts that somebody asks to be continued, and waits for.</summary>
/// <param name="prompts">Their beginnings, in tokens.</param>
/// <param name="options">How, and with which adapter; what is not set is as the model says.</param>
/// <param name="onText">Called on the model's thread with each piece of text as soon as it is certain; null for nobody.</param>
/// <param name="cancellationToken">Ends the waiting at once, and the writing before the next token.</param>
public sealed class TextOrder(
    IReadOnlyList<IReadOnlyList<int>> prompts, GenerationOptions options, Action<TextPiece>? onText, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<IReadOnlyList<GeneratedText>> _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _isTaken; // by the thread that writes, or by a cancellation that came before its turn

    /// <summary>The prompts.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Prompts => prompts;

    /// <summary>How.</summary>
    public GenerationOptions Options => options;

    /// <summary>Whether its user has left.</summary>
    internal bool IsCancelled => cancellationToken.IsCancellationRequested;

    /// <summary>The continuations, in the order of the prompts.</summary>
    public async Task<IReadOnlyList<GeneratedText>> Written()
    {
        using var leave = cancellationToken.UnsafeRegister(
            _ =>
            {
                if (TryTake()) Cancel();
            },
            null);
        return await _written.Task.ConfigureAwait(false);
    }

    /// <summary>Answers it with an error.</summary>
    public void Fail(Exception problem) => _written.TrySetException(problem);

    internal bool TryTake() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    internal void Cancel() => _written.TrySetCanceled(cancellationToken);

    internal void Say(TextPiece piece) => onText?.Invoke(piece);

    internal void Answer(IReadOnlyList<GeneratedText> texts) => _written.TrySetResult(texts);
}
