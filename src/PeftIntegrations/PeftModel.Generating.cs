using System.Runtime.CompilerServices;

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
        await foreach (var piece in StreamAsync(Tokenizer.Encode(prompt).Ids, options, cancellationToken).ConfigureAwait(false))
        {
            if (piece.Text.Length > 0) yield return piece.Text;
        }
    }

    /// <summary>Continues prompts of any lengths together, <see cref="PeftModelOptions.MaxBatchedRequests"/> at a time.</summary>
    /// <inheritdoc cref="GenerateAsync"/>
    public Task<IReadOnlyList<GeneratedText>> CompleteAsync(
        IReadOnlyList<string> prompts, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Write(new([.. prompts.Select(prompt => Tokenizer.Encode(prompt).Ids)], options ?? new(), null, cancellationToken));

    private async Task<IReadOnlyList<GeneratedText>> Write(TextOrder order)
    {
        RequireHead("CAUSAL_LM",
            $"It writes no text; {nameof(EmbedAsync)} and {nameof(ClassifyAsync)} read it. Load a model that continues text.");
        using var place = _requests.Enter();
        using var told = Telemetry.Serving(Source);
        return await _texts.Write(order).ConfigureAwait(false);
    }
}
