namespace PeftIntegrations.MLNet;

/// <summary>The words of a row with their tags, and the entities that these mark.</summary>
/// <param name="text">The text, or the words joined by blanks.</param>
/// <param name="words">Its words.</param>
internal sealed class TaggedRow(string text, IReadOnlyList<TaggedWord> words)
{
    private readonly IReadOnlyList<Entity> _entities = Entity.Among(words);

    public IReadOnlyList<TaggedWord> Words => words;

    public ReadOnlyMemory<char>[] EntityTexts => [.. _entities.Select(entity => text.AsMemory()[entity.Start..entity.End])];

    public ReadOnlyMemory<char>[] EntityTypes => [.. _entities.Select(entity => entity.Type.AsMemory())];

    public int[] EntityStarts => [.. _entities.Select(entity => entity.Start)];

    public int[] EntityEnds => [.. _entities.Select(entity => entity.End)];
}
