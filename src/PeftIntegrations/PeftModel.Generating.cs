using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace PeftIntegrations;

public sealed partial class PeftModel
{
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
        _adapters.Activate(options.Adapter ?? Composition.None);
        return _generator.Generate(prompts, options, onText, cancellationToken);
    }
}
