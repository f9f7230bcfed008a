namespace PeftIntegrations.Inference;

/// <summary>
/// How many bytes complete a rule from each of its places at the least, by how deep it may still nest: Knuth's generalisation of Dijkstra's
/// algorithm (1977, doi:10.1016/0020-0190(77)90002-3).
/// </summary>
internal sealed class ShortestTexts
{
    /// <summary>What stands for "never"; two of them can be added.</summary>
    public const int Never = int.MaxValue / 2;

    private readonly Grammar _grammar;
    private readonly List<int>[] _before; // the places with an edge that leads to this one, or calls the rule that starts here
    private readonly int[][] _byRoom;

    public ShortestTexts(Grammar grammar, int depth)
    {
        _grammar = grammar;
        _before = [.. grammar.Edges.Select(_ => new List<int>())];
        foreach (var (place, edges) in grammar.Edges.Index())
        {
            foreach (var edge in edges)
            {
                _before[edge.Target].Add(place);
                if (edge is { IsCall: true, Nests: false }) _before[edge.Rule].Add(place);
            }
        }

        _byRoom = new int[depth + 1][];
        var nests = grammar.Edges.Any(edges => edges.Any(edge => edge.Nests));
        for (var room = 0; room <= depth; room++) _byRoom[room] = room > 0 && !nests ? _byRoom[0] : Within(room);
    }

    /// <summary>The fewest bytes from <paramref name="place"/> to the end of its rule with <paramref name="room"/> levels left.</summary>
    public int From(int place, int room) => _byRoom[room][place];

    private int[] Within(int room)
    {
        var (known, best) = (new bool[_before.Length], new int[_before.Length]);
        var queue = new PriorityQueue<int, int>();
        Array.Fill(best, Never);
        foreach (var end in _grammar.Ends) queue.Enqueue(end, best[end] = 0);
        while (queue.TryDequeue(out var place, out _))
        {
            if (known[place]) continue;
            known[place] = true;
            foreach (var before in _before[place])
            {
                var length = known[before] ? Never : _grammar.Edges[before].Min(edge => Length(edge, room, best));
                if (length < best[before]) queue.Enqueue(before, best[before] = length);
            }
        }

        return best;
    }

    private int Length(Edge edge, int room, int[] best)
    {
        var inside = !edge.IsCall ? edge.IsByte ? 1 : 0
            : !edge.Nests ? best[edge.Rule]
            : room > 0 ? _byRoom[room - 1][edge.Rule] : Never;
        return Math.Min(Never, inside + best[edge.Target]);
    }
}
