using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using PeftIntegrations.Data;

namespace PeftIntegrations.Inference;

/// <summary>
/// Removes the tokens after which a text could not fit its constraint any more, or not within the limit. The end of sequence is left
/// exactly where the text is complete. What it knows of the history is only kept to save reading it again.
/// </summary>
internal sealed class ConstraintProcessor : LogitsProcessor
{
    private readonly SamplingContext _context;
    private readonly Tokenizer _tokenizer;
    private readonly TokenTrie _trie;
    private readonly TokenMasks _masks;
    private readonly List<int> _read = [];
    private AutomatonState _state;
    private bool _isFirst = true;

    /// <summary>The constraint of the options, for a model that knows <paramref name="vocabulary"/> tokens.</summary>
    /// <exception cref="ArgumentException">The limit has no room for the shortest text, or the vocabulary can't spell it.</exception>
    public ConstraintProcessor(SamplingContext context, TextConstraint constraint, Tokenizer tokenizer, long vocabulary)
    {
        (_context, _tokenizer) = (context, tokenizer);
        _trie = TokenTrie.Of(tokenizer, context.Options.EosTokenIds ?? [], vocabulary);
        _masks = constraint.For(_trie);
        _state = _masks.Start;
        Check(_masks.Shortest, context.TotalLength - context.PromptLength);
    }

    /// <summary>After the options that remove tokens, before those that choose among what is left.</summary>
    public override int Order => 950;

    public override bool IsActive => true;

    /// <summary>Whether the text is complete and nothing can follow it.</summary>
    public bool IsOver(ReadOnlySpan<int> history)
    {
        Read(history);
        return _state.IsClosed;
    }

    public override void Process(Span<float> scores, ReadOnlySpan<int> history)
    {
        Read(history);
        var left = (int)Math.Clamp(_context.TotalLength - history.Length - 1, 0, TokenMasks.Never - 1);
        var needs = _masks.Needs(_state, _isFirst).AsSpan(0, Math.Min(_trie.Vocabulary, scores.Length));
        for (var i = 0; i < needs.Length; i++)
        {
            if (needs[i] > left) scores[i] = float.NegativeInfinity;
        }

        scores[needs.Length..].Fill(float.NegativeInfinity);
        if (float.IsNegativeInfinity(TensorPrimitives.Max<float>(scores))) Restore(scores, needs, left);
    }

    // Other options, or the model itself, left no token that fits: the constraint goes before them.
    private void Restore(Span<float> scores, ReadOnlySpan<ushort> needs, int left)
    {
        var (chosen, need) = (-1, left + 1);
        for (var i = 0; i < needs.Length; i++)
        {
            if (needs[i] < need || (needs[i] == need && _trie.IsEnd(i))) (chosen, need) = (i, needs[i]);
        }

        if (chosen >= 0) scores[chosen] = 0;
    }

    private void Read(ReadOnlySpan<int> history)
    {
        var text = history[Math.Min(_context.PromptLength, history.Length)..];
        if (!text.StartsWith(CollectionsMarshal.AsSpan(_read)))
        {
            _read.Clear();
            (_state, _isFirst) = (_masks.Start, true);
        }

        foreach (var token in text[_read.Count..])
        {
            _read.Add(token);
            if (_trie.IsEnd(token) || !_tokenizer.Contains(token)) continue;

            var isSpecial = _trie.Special.TryGetValue(token, out var name);
            if (isSpecial && !_state.IsVerbatim) continue;

            _state = _masks.After(_state, name ?? _tokenizer.BytesOf(token, _isFirst));
            _isFirst &= isSpecial;
        }
    }

    private static void Check(int shortest, long limit)
    {
        if (shortest == TokenMasks.Never)
        {
            throw new ArgumentException("This tokenizer's vocabulary can't spell the constraint's shortest text. " +
                "Use a model whose tokenizer has a token for each byte or letter, or loosen the constraint.");
        }

        if (shortest <= limit) return;

        throw new ArgumentException($"The constraint's shortest text takes {shortest} tokens, and {limit} may be generated. " +
            $"Raise MaxNewTokens to {shortest} or more, shorten the prompt where the model's context is full, or ask for less.");
    }
}
