using PeftIntegrations.Core;
using PeftIntegrations.Data;

namespace PeftIntegrations.Inference;

/// <summary>Continues texts with whatever adapters are attached to the model. All calls come from the model's owner thread.</summary>
/// <param name="model">A model with a language-model head.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="defaults">What its <c>generation_config.json</c> says.</param>
public sealed class TextGenerator(PretrainedModel model, Tokenizer tokenizer, GenerationOptions defaults)
{
    /// <summary>Continues each prompt.</summary>
    /// <param name="prompts">The prompts, of any lengths.</param>
    /// <param name="options">How; what is not set is as the model says.</param>
    /// <param name="onText">Called on this thread with each piece of text as soon as it is certain.</param>
    /// <param name="cancellationToken">Looked at before every token, and between parts of a long prompt.</param>
    /// <returns>The continuations, in the order of the prompts.</returns>
    /// <exception cref="ArgumentException">A prompt has no token, or more than the model reads, or the constraint has no room.</exception>
    public IReadOnlyList<GeneratedText> Generate(
        IReadOnlyList<string> prompts, GenerationOptions options, Action<TextPiece>? onText = null,
            CancellationToken cancellationToken = default) =>
        Generate([.. prompts.Select(prompt => tokenizer.Encode(prompt).Ids)], options, onText, cancellationToken);

    /// <summary>Continues texts that are encoded already, such as conversations; nothing is added to them.</summary>
    /// <inheritdoc cref="Generate(IReadOnlyList{string}, GenerationOptions, Action{TextPiece}?, CancellationToken)"/>
    public IReadOnlyList<GeneratedText> Generate(
        IReadOnlyList<IReadOnlyList<int>> prompts, GenerationOptions options, Action<TextPiece>? onText = null,
            CancellationToken cancellationToken = default)
    {
        var chosen = options.Over(defaults);
        var rows = prompts.Select(ids => new GrowingText(tokenizer, chosen, ids.Count)).ToArray();
        using var decoding = new Decoding(model, [.. prompts.Select(ids => new GenerationRequest(ids, chosen, tokenizer))]);
        while (!decoding.IsDone)
        {
            foreach (var token in decoding.Next(cancellationToken))
            {
                var row = rows[token.Row];
                if (row.Take(token) is { Length: > 0 } text) onText?.Invoke(new(token.Row, text, row.Count));
                if (row.Reason is not null) decoding.End(token.Row);
            }
        }

        return [.. rows.Select(row => row.Result)];
    }
}
