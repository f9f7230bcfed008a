using System.Text;

namespace PeftIntegrations.Inference;

/// <summary>A part of a grammar: takes the place where it begins and gives the one where it ends.</summary>
internal delegate int Part(int from);

/// <summary>Puts grammars together from parts.</summary>
internal sealed class GrammarBuilder
{
    public const int MostPlaces = 1 << 17;

    private readonly List<List<Edge>> _edges = [];
    private readonly HashSet<int> _ends = [];
    private readonly HashSet<int> _verbatim = [];

    /// <summary>The grammar of the texts that <paramref name="part"/> takes.</summary>
    public Grammar Build(Part part)
    {
        var start = Rule(part);
        return new(start, [.. _edges.Select(edges => edges.ToArray())], _ends, _verbatim);
    }

    /// <summary>A rule that can be called; it may call itself once its place is known, as <see cref="Define"/> tells.</summary>
    public int Rule(Part part)
    {
        var start = Place();
        Define(start, part);
        return start;
    }

    public void Define(int start, Part part) => _ends.Add(part(start));

    public int Place()
    {
        if (_edges.Count == MostPlaces)
        {
            throw new ArgumentException(
                $"The constraint needs more than {MostPlaces} places in its grammar. Lower its lengths and counts, or use fewer values.");
        }

        _edges.Add([]);
        return _edges.Count - 1;
    }

    public int Byte(int from, byte low, byte high)
    {
        var to = Place();
        _edges[from].Add(new(to, low, high));
        return to;
    }

    public int Literal(int from, string text) =>
        Encoding.UTF8.GetBytes(text).Aggregate(from, (at, value) => Byte(at, value, value));

    /// <summary>A text in which special tokens may stand for what they are called.</summary>
    public int Verbatim(int from, string text)
    {
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            _verbatim.Add(from);
            from = Byte(from, value, value);
        }

        return from;
    }

    public int Call(int from, int rule, bool nests = false)
    {
        var to = Place();
        _edges[from].Add(new(to, Rule: rule, Nests: nests));
        return to;
    }

    public void Skip(int from, int to) => _edges[from].Add(new(to));

    /// <summary>One of <paramref name="parts"/>; nothing fits where there is none.</summary>
    public int Any(int from, params IEnumerable<Part> parts)
    {
        var to = Place();
        foreach (var part in parts)
        {
            var begin = Place();
            Skip(from, begin);
            Skip(part(begin), to);
        }

        return to;
    }

    public int Maybe(int from, Part part) => Any(from, part, at => at);

    /// <summary>The part from <paramref name="least"/> to <paramref name="most"/> times; without end where there is no most.</summary>
    public int Repeat(int from, int least, int? most, Part part)
    {
        var end = Place();
        var at = from;
        for (var i = 0; i < (most ?? least); i++)
        {
            if (i >= least) Skip(at, end);
            at = part(at);
        }

        if (most is null)
        {
            var loop = Place();
            Skip(at, loop);
            Skip(part(loop), loop);
            at = loop;
        }

        Skip(at, end);
        return end;
    }
}
