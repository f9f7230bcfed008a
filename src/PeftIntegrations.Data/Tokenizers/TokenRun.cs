namespace PeftIntegrations.Data;

/// <summary>Tokens in a row that share a type: those of one text, or those that a template adds.</summary>
internal sealed class TokenRun
{
    public List<int> Ids { get; init; } = [];

    public List<string> Tokens { get; init; } = [];

    public List<(int Start, int End)> Offsets { get; init; } = [];

    public int TypeId { get; set; }

    public bool IsSpecial { get; init; }

    public bool IsPadding { get; init; }

    public static TokenRun Padding(int count, EncodingPadding with) => new()
    {
        Ids = [.. Enumerable.Repeat(with.Id, count)],
        Tokens = [.. Enumerable.Repeat(with.Token, count)],
        Offsets = [.. Enumerable.Repeat((0, 0), count)],
        TypeId = with.TypeId,
        IsSpecial = true,
        IsPadding = true,
    };

    public static TokenRun Special(IReadOnlyList<int> ids, IReadOnlyList<string> tokens, int typeId) => new()
    {
        Ids = [.. ids],
        Tokens = [.. tokens],
        Offsets = [.. ids.Select(_ => (0, 0))],
        TypeId = typeId,
        IsSpecial = true,
    };

    public void Add(int id, string token, (int Start, int End) offset)
    {
        Ids.Add(id);
        Tokens.Add(token);
        Offsets.Add(offset);
    }

    /// <summary>Keeps <paramref name="count"/> tokens: the first ones, or the last where the left side is cut.</summary>
    public void Truncate(int count, TruncationSide side)
    {
        var removed = Ids.Count - count;
        if (removed <= 0) return;

        var from = side == TruncationSide.Left ? 0 : count;
        Ids.RemoveRange(from, removed);
        Tokens.RemoveRange(from, removed);
        Offsets.RemoveRange(from, removed);
    }
}
