namespace PeftIntegrations.Data;

/// <summary>Text that is not escaped again.</summary>
internal sealed record Markup(string Content)
{
    public override string ToString() => Content;

    public static string Escape(object? value) => value is Markup safe ? safe.Content : Text.Of(value)
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal)
        .Replace("\"", "&#34;", StringComparison.Ordinal);
}
