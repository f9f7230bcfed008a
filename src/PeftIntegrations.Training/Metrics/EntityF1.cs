namespace PeftIntegrations.Training;

/// <summary>
/// The F1 of entities in tagged texts, an entity counting only whole and of the right type, as conlleval and seqeval's default mode count
/// (Tjong Kim Sang and Buchholz 2000, arXiv:cs/0009008). Tags are <c>O</c>, <c>B-type</c> and <c>I-type</c>; 0 where there is no entity.
/// </summary>
[RegisteredAs("entity-f1")]
public sealed record EntityF1 : Metric<IReadOnlyList<string>, IReadOnlyList<string>>
{
    /// <summary>Only entities of this type; null for all.</summary>
    public string? Type { get; init; }

    /// <inheritdoc/>
    protected override double Compute(IReadOnlyList<IReadOnlyList<string>> predicted, IReadOnlyList<IReadOnlyList<string>> expected)
    {
        Check(predicted, expected);
        var (found, wanted) = (Entities(predicted), Entities(expected));
        return F1.Of(found.Intersect(wanted).Count(), found.Count, wanted.Count);
    }

    private static void Check(IReadOnlyList<IReadOnlyList<string>> predicted, IReadOnlyList<IReadOnlyList<string>> expected)
    {
        var problems = new List<string>();
        for (var text = 0; text < expected.Count; text++)
        {
            var (given, wanted) = (predicted[text], expected[text]);
            if (given.Count != wanted.Count) problems.Add($"text {text} has {given.Count} predicted tags for {wanted.Count} expected");
            problems.AddRange(given.Concat(wanted).Where(tag => !IsTag(tag)).Distinct().Select(tag => $"text {text} has the tag '{tag}'"));
        }

        if (problems.Count == 0) return;
        throw new ArgumentException(
            $"EntityF1 can't judge these texts:\n  {string.Join("\n  ", problems)}\nGive one tag a token: O, B-type or I-type (B-PER).");
    }

    private static bool IsTag(string tag) => tag == "O" || (tag.Length > 2 && tag[0] is 'B' or 'I' && tag[1] == '-');

    private HashSet<Entity> Entities(IReadOnlyList<IReadOnlyList<string>> texts) =>
        [.. texts.SelectMany((tags, text) => Entities(tags, text)).Where(entity => Type is null || entity.Type == Type)];

    private static IEnumerable<Entity> Entities(IReadOnlyList<string> tags, int text)
    {
        for (var first = 0; first < tags.Count; first++)
        {
            if (tags[first] == "O") continue;
            var type = tags[first][2..]; // an I- that continues nothing begins an entity too
            var start = first;
            while (first + 1 < tags.Count && tags[first + 1] == $"I-{type}") first++;
            yield return new(text, start, first, type);
        }
    }

    private readonly record struct Entity(int Text, int First, int Last, string Type);
}
