namespace PeftIntegrations;

/// <summary>A word of a text, and what a model says of it.</summary>
/// <param name="Word">The word.</param>
/// <param name="Start">Where it begins in the text, in UTF-16 units; of given words, in the text that they make, joined by blanks.</param>
/// <param name="Tag">The tag of the highest probability.</param>
/// <param name="Score">That probability; 0 where the word has no token that was read, and so its tag is <c>O</c>, or the first.</param>
public sealed record TaggedWord(string Word, int Start, string Tag, float Score)
{
    /// <summary>Where it ends, exclusive.</summary>
    public int End => Start + Word.Length;
}
