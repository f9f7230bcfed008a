namespace PeftIntegrations.Data;

/// <summary>Makes rows of conversations, of which what the assistant said is learnt.</summary>
public static class ChatSequences
{
    private const int ShownProblems = 20;

    /// <summary>Renders and encodes each conversation.</summary>
    /// <param name="chats">The conversations.</param>
    /// <param name="format">The model's.</param>
    /// <param name="options">
    /// The longest, and what becomes of longer ones; an error by default, as a cut answer teaches to stop short.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Conversations are too long, the template refuses them, or it cannot be told what the assistant said; the message lists them.
    /// </exception>
    public static IReadOnlyList<TokenSequence> From(Chats chats, ChatFormat format, TokenSequenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(chats);
        ArgumentNullException.ThrowIfNull(format);
        options ??= new();
        var rows = new List<TokenSequence>();
        var problems = new List<string>();
        foreach (var (index, chat) in chats.Index())
        {
            try
            {
                rows.Add(Fitting(format.EncodeForTraining(chat), options));
            }
            catch (Exception e) when (e is ArgumentException or ChatTemplateException)
            {
                problems.Add($"conversation {index + 1}: {e.Message}");
            }
        }

        return problems.Count == 0 ? rows : throw new ArgumentException(
            $"{problems.Count} conversations cannot be trained on:\n  {string.Join("\n  ", problems.Take(ShownProblems))}", nameof(chats));
    }

    private static TokenSequence Fitting(TokenSequence row, TokenSequenceOptions options)
    {
        if (row.Length > options.MaxLength && options.Overflow != Overflow.Truncate)
        {
            throw new ArgumentException(
                $"It has {row.Length} tokens, and MaxLength is {options.MaxLength}. "
                + $"Allow more, shorten it, or use Overflow.{Overflow.Truncate}.");
        }

        var length = Math.Min(row.Length, options.MaxLength);
        row = new(row.Ids[..length], row.Labels[..length]);
        return row.Labels.Skip(1).Any(label => label != TokenSequence.Unsupervised) ? row
            : throw new ArgumentException("None of its tokens is learnt. Have the assistant say something within MaxLength.");
    }
}
