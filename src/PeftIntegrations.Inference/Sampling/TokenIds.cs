using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>Checks lists of token ids where they enter, and copies them so that they stay as they were.</summary>
internal static class TokenIds
{
    /// <summary>A copy of <paramref name="ids"/>, none of them negative.</summary>
    public static IReadOnlyList<int> Checked(IReadOnlyList<int> ids, string name)
    {
        int[] negative = [.. ids.Where(id => id < 0)];
        return negative.Length == 0
            ? [.. ids]
            : throw new ArgumentOutOfRangeException(
                name, string.Join(", ", negative), $"{name} holds ids below 0. A token id is its row in the vocabulary; leave these out.");
    }

    /// <summary>A copy of <paramref name="ids"/>: at least one, none of them negative.</summary>
    public static IReadOnlyList<int> Sequence(IReadOnlyList<int> ids, string name) =>
        Checked(Guard.NotEmpty(ids, "Give at least one token id, or leave the sequence out.", name), name);
}
