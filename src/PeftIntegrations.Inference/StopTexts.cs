namespace PeftIntegrations.Inference;

/// <summary>
/// Ends a stream of text at the first stop string, wherever the pieces are cut, and lets no part of it out. The string complete first
/// wins; of those complete at one character, the longest. Linear in the text (Aho and Corasick 1975, doi:10.1145/360825.360855).
/// </summary>
public sealed class StopTexts
{
    private readonly List<Node> _nodes = [new(Text: "", Depth: 0)];
    private int _at; // the longest suffix of the text so far that begins a stop string: exactly what is held back

    /// <summary>Watches for <paramref name="stops"/>; none of them may be empty.</summary>
    /// <exception cref="ArgumentException">One of them is null or empty.</exception>
    public StopTexts(params IEnumerable<string> stops)
    {
        foreach (var stop in Checked([.. stops], nameof(stops))) Add(stop);
        LinkSuffixes();
    }

    /// <summary>Whether a stop string has occurred; nothing more comes out then.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Takes the next <paramref name="piece"/> and returns the text that is safe to show; it may be empty.</summary>
    public string Push(string piece)
    {
        if (Stopped) return "";

        var held = Held;
        for (var i = 0; i < piece.Length; i++)
        {
            _at = Step(_at, piece[i]);
            if (_nodes[_at].Match is var match and > 0)
            {
                Stopped = true;
                return First(held.Length + i + 1 - match, held, piece);
            }
        }

        return First(held.Length + piece.Length - _nodes[_at].Depth, held, piece);
    }

    /// <summary>What was held back, now that the text has ended without completing a stop string; then starts anew.</summary>
    public string Flush()
    {
        var held = Stopped ? "" : Held.ToString();
        (_at, Stopped) = (0, false);
        return held;
    }

    internal static IReadOnlyList<string> Checked(IReadOnlyList<string> stops, string name) => stops.Any(string.IsNullOrEmpty)
        ? throw new ArgumentException($"{name} holds an empty string, which would end every text at once. Leave it out.", name)
        : [.. stops];

    private ReadOnlySpan<char> Held => _nodes[_at].Text.AsSpan(0, _nodes[_at].Depth);

    private static string First(int count, ReadOnlySpan<char> held, string piece) => count <= held.Length
        ? held[..count].ToString()
        : string.Concat(held, piece.AsSpan(0, count - held.Length));

    private void Add(string stop)
    {
        var at = 0;
        for (var i = 0; i < stop.Length; i++)
        {
            if (!_nodes[at].Next.TryGetValue(stop[i], out var next))
            {
                next = _nodes.Count;
                _nodes[at].Next.Add(stop[i], next);
                _nodes.Add(new(stop, i + 1));
            }

            at = next;
        }

        _nodes[at].Match = stop.Length;
    }

    private void LinkSuffixes()
    {
        var queue = new Queue<int>([0]); // breadth first: a node's suffix is shallower and already linked
        while (queue.TryDequeue(out var parent))
        {
            foreach (var (letter, child) in _nodes[parent].Next)
            {
                var node = _nodes[child];
                node.Suffix = parent == 0 ? 0 : Step(_nodes[parent].Suffix, letter);
                if (node.Match == 0) node.Match = _nodes[node.Suffix].Match;
                queue.Enqueue(child);
            }
        }
    }

    private int Step(int at, char letter)
    {
        int next;
        while (!_nodes[at].Next.TryGetValue(letter, out next) && at != 0) at = _nodes[at].Suffix;
        return next; // 0, the root, where nothing fits
    }

    /// <summary>A beginning of a stop string: its first <paramref name="Depth"/> characters.</summary>
    private sealed record Node(string Text, int Depth)
    {
        public Dictionary<char, int> Next { get; } = [];

        /// <summary>The longest proper suffix of it that is a node too.</summary>
        public int Suffix { get; set; }

        /// <summary>The length of the longest stop string that ends here; 0 if none does.</summary>
        public int Match { get; set; }
    }
}
