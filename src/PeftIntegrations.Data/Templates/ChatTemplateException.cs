namespace PeftIntegrations.Data;

/// <summary>A chat template cannot be read, refuses the messages, fails on them, or takes more than it may.</summary>
public sealed class ChatTemplateException : Exception
{
    internal ChatTemplateException(string kind, string reason, int? line = null)
        : base(Sentence(kind, reason, line)) => (Kind, Reason, Line) = (kind, reason, line);

    /// <summary>What went wrong, in Jinja's and Python's names: <c>TemplateError</c> where the template itself refuses.</summary>
    public string Kind { get; }

    /// <summary>The bare reason, as Python's would say it.</summary>
    public string Reason { get; }

    /// <summary>The line of the template, where it cannot be read.</summary>
    public int? Line { get; }

    private static string Sentence(string kind, string reason, int? line) => kind switch
    {
        Fault.Raised => $"The chat template refuses these messages: {reason}",
        Fault.Limit => $"The chat template takes more than it may: {reason}",
        _ when line is { } number => $"The chat template cannot be read: {reason} ({kind} in line {number})",
        _ => $"The chat template fails on these messages: {reason} ({kind})",
    };
}
