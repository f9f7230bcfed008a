namespace PeftIntegrations.Inference;

/// <summary>
/// A language of bytes: a recursive transition network (Woods 1970, doi:10.1145/355598.362773). Places are numbered; a rule may be entered
/// from an edge and returns to where the edge leads.
/// </summary>
/// <param name="Start">Where a text begins.</param>
/// <param name="Edges">What leads on from each place.</param>
/// <param name="Ends">The places where a rule, or the text, ends.</param>
/// <param name="Verbatim">The places within text that is written as given, special tokens included.</param>
internal sealed record Grammar(int Start, IReadOnlyList<Edge[]> Edges, IReadOnlySet<int> Ends, IReadOnlySet<int> Verbatim);

/// <summary>A step to another place: a byte from <paramref name="Low"/> to <paramref name="High"/>, a rule, or nothing.</summary>
/// <param name="Target">Where it leads.</param>
/// <param name="Low">The least byte.</param>
/// <param name="High">The greatest byte; below <paramref name="Low"/> where none is taken.</param>
/// <param name="Rule">Where the rule starts, or -1.</param>
/// <param name="Nests">Whether the rule counts against the depth to which texts may nest.</param>
internal readonly record struct Edge(int Target, byte Low = 1, byte High = 0, int Rule = -1, bool Nests = false)
{
    public bool IsCall => Rule >= 0;

    public bool IsByte => Low <= High;

    public bool Takes(byte value) => value >= Low && value <= High;
}
