using System.Numerics.Tensors;

namespace PeftIntegrations;

public sealed partial class PeftModel
{
    /// <summary>The words of each text, with their tags; <see cref="Entity.Among"/> finds the entities they mark.</summary>
    /// <inheritdoc cref="EmbedAsync"/>
    /// <returns>The words of each text, in the order of the texts.</returns>
    public Task<IReadOnlyList<IReadOnlyList<TaggedWord>>> TagAsync(
        IReadOnlyList<string> texts, Composition? adapter = null, ReadingOptions? options = null,
        CancellationToken cancellationToken = default) =>
        TagAsync(texts, (i, how) => EncodedWords.From(texts[i], Tokenizer, how), (adapter, options), cancellationToken);

    /// <summary>The tags of given words, punctuation apart, such as those that <see cref="TaggedTexts"/> teach.</summary>
    /// <inheritdoc cref="TagAsync(IReadOnlyList{string}, Composition?, ReadingOptions?, CancellationToken)"/>
    public Task<IReadOnlyList<IReadOnlyList<TaggedWord>>> TagAsync(
        IReadOnlyList<IReadOnlyList<string>> texts, Composition? adapter = null, ReadingOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        string[] joined = [.. texts.Select(words => string.Join(' ', words))];
        return TagAsync(joined, (i, how) => EncodedWords.From(texts[i], Tokenizer, how), (adapter, options), cancellationToken);
    }

    private async Task<IReadOnlyList<IReadOnlyList<TaggedWord>>> TagAsync(
        IReadOnlyList<string> texts, Func<int, TokenSequenceOptions, EncodedWords> encode,
        (Composition? Adapter, ReadingOptions? Options) how, CancellationToken cancellationToken)
    {
        RequireHead("TOKEN_CLS", $"Load it with Head = {nameof(HeadKind)}.{nameof(HeadKind.TokenClassification)} to tag words.");
        var options = how.Options ?? new();
        var encoded = Enumerable.Range(0, texts.Count).Select(i => Encoded(i, encode, options)).ToArray();
        var scores = await Serve(
            stop =>
            {
                Activate(how.Adapter);
                return _encoder.ReadTokens([.. encoded.Select(text => text.Ids)], options.BatchSize, stop);
            },
            cancellationToken).ConfigureAwait(false);
        return [.. encoded.Select((text, i) => (IReadOnlyList<TaggedWord>)[.. Tagged(texts[i], text, scores[i])])];
    }

    private EncodedWords Encoded(int index, Func<int, TokenSequenceOptions, EncodedWords> encode, ReadingOptions options)
    {
        try
        {
            return encode(index, HowToRead(options));
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"Text {index + 1} cannot be tagged: {e.Message}", e);
        }
    }

    private IEnumerable<TaggedWord> Tagged(string text, EncodedWords encoded, float[] scores)
    {
        var untagged = Labels.Contains("O") ? "O" : Labels[0];
        foreach (var (word, place) in encoded.Words.Index())
        {
            var token = encoded.FirstTokens[word];
            if (token < 0)
            {
                yield return new(text[place], place.Start.Value, untagged, 0);
                continue;
            }

            var own = scores[(token * Labels.Count)..((token + 1) * Labels.Count)];
            SoftmaxOf.Row(own);
            var best = TensorPrimitives.IndexOfMax<float>(own);
            yield return new(text[place], place.Start.Value, Labels[best], own[best]);
        }
    }
}
