namespace PeftIntegrations.Data;

/// <summary>What is wrong with an example's texts.</summary>
internal static class TextProblem
{
    /// <summary>The problem of a text, or of a pair; null where there is none.</summary>
    public static string? Of(string? text, string? pair = null) =>
        string.IsNullOrWhiteSpace(text) ? "The text is empty. Leave the row out."
        : pair is not null && string.IsNullOrWhiteSpace(pair) ? "The second text is empty. Leave the row out."
        : null;
}
