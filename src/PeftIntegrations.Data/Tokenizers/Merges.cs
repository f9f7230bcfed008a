namespace PeftIntegrations.Data;

/// <summary>Which pairs of tokens join to which token, and in what order.</summary>
internal sealed class Merges
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Whole)> _pairs = [];

    public void Add(int left, int right, int rank, int whole) => _pairs[(left, right)] = (rank, whole);

    /// <summary>Joins the pair of best rank, the leftmost first, until none is left: n log n in the number of symbols.</summary>
    public List<Symbol> Apply(List<Symbol> symbols)
    {
        if (symbols.Count < 2 || _pairs.Count == 0) return symbols;

        var chain = new Chain(symbols);
        var waiting = new PriorityQueue<(int At, int Whole), (int Rank, int At)>(Proposals(chain, symbols.Count));
        while (waiting.TryDequeue(out var join, out _))
        {
            if (Proposal(chain, join.At)?.Join != join) continue; // one of the two has been joined with another meanwhile

            chain.Join(join.At, join.Whole);
            if (Proposal(chain, chain.Before(join.At)) is var (left, leftRank)) waiting.Enqueue(left, leftRank);
            if (Proposal(chain, join.At) is var (right, rightRank)) waiting.Enqueue(right, rightRank);
        }

        return chain.ToList();
    }

    private List<((int At, int Whole), (int Rank, int At))> Proposals(Chain chain, int count)
    {
        var proposals = new List<((int, int), (int, int))>();
        for (var at = 0; at < count; at++)
        {
            if (Proposal(chain, at) is { } proposal) proposals.Add(proposal);
        }

        return proposals;
    }

    private ((int At, int Whole) Join, (int Rank, int At) Rank)? Proposal(Chain chain, int at) =>
        chain.TryPair(at, out var pair) && _pairs.TryGetValue(pair, out var merge) ? ((at, merge.Whole), (merge.Rank, at)) : null;

    /// <summary>Symbols linked both ways, so that joining two costs the same everywhere.</summary>
    private sealed class Chain
    {
        private const int Gone = -2, End = -1;

        private readonly List<Symbol> _symbols;
        private readonly int[] _before;
        private readonly int[] _after;

        public Chain(List<Symbol> symbols)
        {
            _symbols = symbols;
            _before = [.. Enumerable.Range(-1, symbols.Count)];
            _after = [.. Enumerable.Range(1, symbols.Count)];
            _after[^1] = End;
        }

        public int Before(int at) => _before[at];

        public bool TryPair(int at, out (int Left, int Right) pair)
        {
            pair = default;
            if (at < 0 || _after[at] < 0) return false;

            pair = (_symbols[at].Id, _symbols[_after[at]].Id);
            return true;
        }

        public void Join(int at, int whole)
        {
            var right = _after[at];
            _symbols[at] = new Symbol(whole, _symbols[at].Start, _symbols[right].End);
            _after[at] = _after[right];
            if (_after[at] >= 0) _before[_after[at]] = at;
            _after[right] = Gone;
        }

        public List<Symbol> ToList()
        {
            var left = new List<Symbol>();
            for (var at = 0; at >= 0; at = _after[at]) left.Add(_symbols[at]);
            return left;
        }
    }
}
