namespace PeftIntegrations.Inference;

/// <summary>
/// Reads texts of a grammar byte by byte; a pushdown automaton whose states are made when they are first reached, and kept. Each state but
/// the dead one can be completed. For one thread at a time.
/// </summary>
internal sealed class Automaton
{
    private const int MostStates = 1 << 16;

    private readonly Grammar _grammar;
    private readonly ShortestTexts _shortest;
    private readonly Dictionary<(int Return, Frame Outer, int Room), Frame> _frames = [];
    private readonly Dictionary<ReadingSet, AutomatonState> _states = [];

    public Automaton(Grammar grammar, int depth)
    {
        (_grammar, _shortest) = (grammar, new(grammar, depth));
        Start = Closed([new(grammar.Start, new() { Return = -1, Outer = null, Room = depth, Remaining = 0 })]);
    }

    /// <summary>Where no byte has been read.</summary>
    public AutomatonState Start { get; }

    /// <summary>Where the text stands after one byte more.</summary>
    public AutomatonState Step(AutomatonState state, byte value)
    {
        if (state.Next(value) is { } known) return known;

        var (next, low, high) = (new List<Reading>(), (int)byte.MinValue, (int)byte.MaxValue); // the bytes that are alike here
        foreach (var (place, frame) in state.Readings)
        {
            foreach (var edge in _grammar.Edges[place])
            {
                if (!edge.IsByte) continue;
                if (edge.Takes(value)) next.Add(new(edge.Target, frame));
                (low, high) = edge.Takes(value) ? (Math.Max(low, edge.Low), Math.Min(high, edge.High))
                    : edge.High < value ? (Math.Max(low, edge.High + 1), high)
                    : (low, Math.Min(high, edge.Low - 1));
            }
        }

        var reached = next.Count == 0 ? AutomatonState.Dead : Closed(next);
        state.SetNext(low, high, reached);
        return reached;
    }

    /// <summary>Forgets the states so far when there are many; those in use go on working.</summary>
    public void Trim()
    {
        if (_states.Count < MostStates) return;

        _states.Clear();
        _frames.Clear();
    }

    // Follows what takes no byte, and leaves out what can't be completed.
    private AutomatonState Closed(List<Reading> readings)
    {
        var (seen, left, isComplete) = (new HashSet<Reading>(), new Stack<Reading>(readings), false);
        var kept = new List<Reading>();
        while (left.TryPop(out var reading))
        {
            if (Remaining(reading) >= ShortestTexts.Never || !seen.Add(reading)) continue;

            var (place, frame) = reading;
            if (_grammar.Ends.Contains(place))
            {
                if (frame.Outer is { } outer) left.Push(new(frame.Return, outer));
                else isComplete = true;
            }

            var edges = _grammar.Edges[place];
            if (edges.Any(edge => edge.IsByte)) kept.Add(reading);
            foreach (var edge in edges)
            {
                if (edge.IsCall) Enter(edge, frame, left);
                else if (!edge.IsByte) left.Push(new(edge.Target, frame));
            }
        }

        return kept.Count == 0 && !isComplete ? AutomatonState.Dead : Known(new(kept, isComplete));
    }

    private void Enter(Edge edge, Frame outer, Stack<Reading> left)
    {
        var room = outer.Room - (edge.Nests ? 1 : 0);
        if (room < 0) return;

        var key = (edge.Target, outer, room);
        if (!_frames.TryGetValue(key, out var frame))
        {
            frame = new() { Return = edge.Target, Outer = outer, Room = room, Remaining = Remaining(new(edge.Target, outer)) };
            _frames.Add(key, frame);
        }

        left.Push(new(edge.Rule, frame));
    }

    private int Remaining(Reading reading) =>
        Math.Min(ShortestTexts.Never, _shortest.From(reading.Place, reading.Frame.Room) + reading.Frame.Remaining);

    private AutomatonState Known(ReadingSet set)
    {
        if (_states.TryGetValue(set, out var known)) return known;

        var state = new AutomatonState(set.Readings, set.IsComplete)
        {
            IsVerbatim = set.Readings.Any(reading => _grammar.Verbatim.Contains(reading.Place)),
            Shortest = set.IsComplete ? (byte)0 : ShortestOf(set.Readings),
        };
        _states.Add(set, state);
        return state;
    }

    private byte ShortestOf(Reading[] readings) => (
        from reading in readings
        from edge in _grammar.Edges[reading.Place]
        where edge.IsByte
        orderby Remaining(reading with { Place = edge.Target }), edge.Low
        select edge.Low).First();

    /// <summary>Readings in no order, compared by what they are.</summary>
    private readonly struct ReadingSet : IEquatable<ReadingSet>
    {
        private readonly int _hash;

        public ReadingSet(List<Reading> readings, bool isComplete)
        {
            (Readings, IsComplete) = ([.. readings], isComplete);
            _hash = readings.Aggregate(isComplete ? 1 : 0, (sum, reading) => sum + reading.GetHashCode());
        }

        public Reading[] Readings { get; }

        public bool IsComplete { get; }

        public bool Equals(ReadingSet other) => _hash == other._hash && IsComplete == other.IsComplete
            && Readings.Length == other.Readings.Length && other.Readings.ToHashSet().SetEquals(Readings);

        public override bool Equals(object? obj) => obj is ReadingSet other && Equals(other);

        public override int GetHashCode() => _hash;
    }
}
