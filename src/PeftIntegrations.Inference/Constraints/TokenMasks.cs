namespace PeftIntegrations.Inference;

/// <summary>
/// A constraint for one vocabulary: which tokens may come where, and how many must follow at the least. Masks are kept for the states met
/// last. Safe for concurrent use.
/// </summary>
internal sealed class TokenMasks(Grammar grammar, TokenTrie trie)
{
    /// <summary>How deep arrays, objects and references may nest where the schema leaves it open.</summary>
    public const int Depth = 12;

    /// <summary>The need of a token that may not come.</summary>
    public const ushort Never = ushort.MaxValue;

    private const int MostBytes = 32 << 20;

    private readonly Lock _lock = new();
    private readonly Automaton _automaton = new(grammar, Depth);
    private readonly Dictionary<(AutomatonState, bool), ushort[]> _masks = [];
    private readonly Queue<(AutomatonState, bool)> _oldest = [];
    private readonly int _most = Math.Max(16, MostBytes / (sizeof(ushort) * Math.Max(1, trie.Vocabulary)));

    /// <summary>Where a text begins.</summary>
    public AutomatonState Start => _automaton.Start;

    /// <summary>The tokens of the shortest text, or <see cref="Never"/> where the vocabulary can't spell it.</summary>
    public int Shortest
    {
        get
        {
            if (Start.IsComplete) return 0;

            var least = Needs(Start, isFirst: true).Min();
            return least == Never ? Never : least + 1;
        }
    }

    /// <summary>For each token the fewest that must follow it to complete the text; <see cref="Never"/> where it may not come.</summary>
    public ushort[] Needs(AutomatonState state, bool isFirst)
    {
        lock (_lock)
        {
            if (_masks.TryGetValue((state, isFirst), out var known)) return known;

            _automaton.Trim();
            var needs = new ushort[trie.Vocabulary];
            Array.Fill(needs, Never);
            Walk(state, trie.Nodes(isFirst), needs);
            if (state.IsVerbatim) AddSpecial(state, needs);
            foreach (var end in state.IsComplete ? trie.Ends : []) needs[end] = 0;

            if (_oldest.Count == _most) _masks.Remove(_oldest.Dequeue());
            _masks.Add((state, isFirst), needs);
            _oldest.Enqueue((state, isFirst));
            return needs;
        }
    }

    /// <summary>Where the text stands after some bytes more.</summary>
    public AutomatonState After(AutomatonState state, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            foreach (var value in bytes) state = _automaton.Step(state, value);
            return state;
        }
    }

    private void Walk(AutomatonState from, ReadOnlySpan<TokenTrie.Node> nodes, ushort[] needs)
    {
        var path = new List<AutomatonState> { from }; // the states by depth
        for (var i = 0; i < nodes.Length;)
        {
            ref readonly var node = ref nodes[i];
            var state = _automaton.Step(path[node.Depth], node.Value);
            if (ReferenceEquals(state, AutomatonState.Dead))
            {
                i = node.Skip;
                continue;
            }

            if (node.Token >= 0) needs[node.Token] = NeedOf(state);
            if (path.Count == node.Depth + 1) path.Add(state);
            else path[node.Depth + 1] = state;
            i++;
        }
    }

    private void AddSpecial(AutomatonState from, ushort[] needs)
    {
        foreach (var (id, name) in trie.Special)
        {
            var state = from;
            foreach (var value in name) state = state.IsVerbatim ? _automaton.Step(state, value) : AutomatonState.Dead;
            if (!ReferenceEquals(state, AutomatonState.Dead)) needs[id] = NeedOf(state);
        }
    }

    // The shortest completion goes from state to state byte by byte; each is at most one token away from one of the next few.
    private ushort NeedOf(AutomatonState state)
    {
        var ahead = new Stack<AutomatonState>();
        for (var at = state; at.Need is null; at = _automaton.Step(at, at.Shortest)) ahead.Push(at);
        while (ahead.TryPop(out var at)) at.Need = Math.Min(Never, OneToken(at));
        return (ushort)state.Need!.Value;
    }

    private int OneToken(AutomatonState from)
    {
        var nodes = trie.Nodes(first: false);
        var (least, first, end) = ((int)Never, 0, nodes.Length);
        for (var (at, depth) = (from, 0); !at.IsComplete; depth++)
        {
            var found = first;
            while (found < end && (nodes[found].Depth != depth || nodes[found].Value != at.Shortest)) found = nodes[found].Skip;
            if (found >= end) break;

            at = _automaton.Step(at, at.Shortest);
            if (nodes[found].Token >= 0) least = Math.Min(least, at.Need!.Value + 1);
            (first, end) = (found + 1, nodes[found].Skip);
        }

        return least;
    }
}
