namespace PeftIntegrations;

/// <summary>A named entity in a text.</summary>
/// <param name="Type">Its type, such as <c>person</c>.</param>
/// <param name="Start">Where it begins in the text, in UTF-16 units.</param>
/// <param name="End">Where it ends, exclusive.</param>
/// <param name="Score">The mean probability of its words' tags.</param>
public sealed record Entity(string Type, int Start, int End, float Score)
{
    /// <summary>
    /// The entities that tags <c>B-type</c>, <c>I-type</c> and <c>O</c> mark; an <c>I-</c> that continues nothing begins one too.
    /// </summary>
    public static IReadOnlyList<Entity> Among(IReadOnlyList<TaggedWord> words)
    {
        var entities = new List<Entity>();
        for (var first = 0; first < words.Count; first++)
        {
            if (words[first].Tag is not ['B' or 'I', '-', .. { Length: > 0 } type]) continue;

            var last = first;
            while (last + 1 < words.Count && words[last + 1].Tag == $"I-{type}") last++;
            var own = words.Skip(first).Take(last - first + 1);
            entities.Add(new(type, words[first].Start, words[last].End, own.Average(word => word.Score)));
            first = last;
        }

        return entities;
    }
}
