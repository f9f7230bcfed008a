using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using PeftIntegrations.Data;

namespace PeftIntegrations.Inference;

/// <summary>The bytes of a vocabulary's tokens as a tree, laid out parents first, so that one walk over it skips whole branches.</summary>
internal sealed class TokenTrie
{
    private static readonly ConditionalWeakTable<Tokenizer, ConcurrentDictionary<string, TokenTrie>> Known = [];

    private readonly Lazy<Node[]> _inside;
    private readonly Lazy<Node[]> _first;
    private readonly HashSet<int> _ends;

    private TokenTrie(Tokenizer tokenizer, IReadOnlyCollection<int> ends, long vocabulary)
    {
        _ends = [.. ends];
        Vocabulary = (int)Math.Min(Math.Max(tokenizer.VocabularySize, _ends.Append(-1).Max() + 1L), vocabulary);
        int[] ids = [.. Enumerable.Range(0, Vocabulary).Where(id => !IsEnd(id) && tokenizer.Contains(id))];
        var inside = ids.Select(id => (Id: id, Bytes: tokenizer.BytesOf(id))).ToArray();
        var first = ids.Select(id => (Id: id, Bytes: tokenizer.BytesOf(id, isFirst: true))).ToArray();
        var alike = inside.Zip(first).All(pair => pair.First.Bytes.AsSpan().SequenceEqual(pair.Second.Bytes));
        _inside = new(() => Lay(inside));
        _first = alike ? _inside : new(() => Lay(first));
        Special = ids.Where(tokenizer.IsSpecial).ToDictionary(id => id, id => System.Text.Encoding.UTF8.GetBytes(tokenizer.TokenOf(id)));
    }

    /// <summary>One more than the largest id.</summary>
    public int Vocabulary { get; }

    /// <summary>What the special tokens, other than the ends of sequence, are called.</summary>
    public IReadOnlyDictionary<int, byte[]> Special { get; }

    /// <summary>The ends of sequence that the vocabulary has.</summary>
    public IEnumerable<int> Ends => _ends.Where(end => end < Vocabulary);

    /// <summary>The tree of a tokenizer for a model that knows <paramref name="vocabulary"/> tokens; built once.</summary>
    public static TokenTrie Of(Tokenizer tokenizer, IEnumerable<int> ends, long vocabulary)
    {
        int[] ordered = [.. ends.Distinct().Order()];
        return Known.GetOrCreateValue(tokenizer)
            .GetOrAdd($"{vocabulary}: {string.Join(", ", ordered)}", _ => new(tokenizer, ordered, vocabulary));
    }

    public bool IsEnd(int token) => _ends.Contains(token);

    /// <summary>The nodes for a token within a text, or one that begins it.</summary>
    public ReadOnlySpan<Node> Nodes(bool first) => (first ? _first : _inside).Value;

    private static Node[] Lay(IEnumerable<(int Id, byte[] Bytes)> tokens)
    {
        var sorted = tokens.Where(token => token.Bytes.Length > 0).ToList();
        sorted.Sort((a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes));

        var nodes = new List<Node>();
        var path = new List<int>(); // the nodes of the bytes before
        byte[] before = [];
        foreach (var (id, bytes) in sorted)
        {
            var shared = bytes.AsSpan().CommonPrefixLength(before);
            Close(nodes, path, shared);
            for (var depth = shared; depth < bytes.Length; depth++)
            {
                path.Add(nodes.Count);
                nodes.Add(new(bytes[depth], depth, -1, 0));
            }

            if (shared == bytes.Length && before.Length == bytes.Length) nodes.Add(new(bytes[^1], bytes.Length - 1, id, nodes.Count + 1));
            else nodes[path[^1]] = nodes[path[^1]] with { Token = id };
            before = bytes;
        }

        Close(nodes, path, 0);
        return [.. nodes];
    }

    private static void Close(List<Node> nodes, List<int> path, int depth)
    {
        foreach (var node in path.Skip(depth)) nodes[node] = nodes[node] with { Skip = nodes.Count };
        path.RemoveRange(depth, path.Count - depth);
    }

    /// <summary>A byte of some tokens.</summary>
    /// <param name="Value">The byte.</param>
    /// <param name="Depth">The bytes before it.</param>
    /// <param name="Token">The token that ends with it, or -1. Of tokens with the same bytes, each has a node.</param>
    /// <param name="Skip">The next node that is not below this one.</param>
    public readonly record struct Node(byte Value, int Depth, int Token, int Skip);
}
