namespace PeftIntegrations.Data;

/// <summary>The words of a text, each with its tag.</summary>
/// <param name="Words">The words, punctuation apart.</param>
/// <param name="Tags">
/// A tag for each word; of entities, <c>O</c> outside of one, <c>B-type</c> where one begins, <c>I-type</c> inside.
/// </param>
public sealed record TaggedText(IReadOnlyList<string> Words, IReadOnlyList<string> Tags);
