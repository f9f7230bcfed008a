namespace PeftIntegrations.Data;

/// <summary>Texts that belong together, and some that do not: what vectors are learnt from.</summary>
/// <param name="Anchor">The text to find others for, such as a question.</param>
/// <param name="Positive">One that belongs to it, such as its answer.</param>
/// <param name="Negatives">Texts that look as if they did, and do not; none by default.</param>
public sealed record TextGroup(string Anchor, string Positive, params IReadOnlyList<string> Negatives)
{
    /// <summary>All of its texts in this order.</summary>
    internal IEnumerable<string> All => [Anchor, Positive, .. Negatives];
}
