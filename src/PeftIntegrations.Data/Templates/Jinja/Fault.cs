namespace PeftIntegrations.Data;

/// <summary>Errors in Python's words.</summary>
internal static class Fault
{
    public const string Raised = "TemplateError";
    public const string Limit = "LimitError";
    public const string Undefined = "UndefinedError";
    public const string Security = "SecurityError";

    public static ChatTemplateException Type(string reason) => new("TypeError", reason);

    public static ChatTemplateException Value(string reason) => new("ValueError", reason);

    public static ChatTemplateException Overflow(string reason) => new("OverflowError", reason);

    public static ChatTemplateException Argument(string reason) => new("FilterArgumentError", reason);

    public static ChatTemplateException Syntax(string reason, int line) => new("TemplateSyntaxError", reason, line);

    public static ChatTemplateException TooDeep() =>
        new(Limit, "it nests deeper than the stack allows. Nest fewer expressions, blocks or values.");

    public static ChatTemplateException Unknown(string what, string name, int line) =>
        new("TemplateAssertionError", $"No {what} named {Text.Quoted(name)}.", line);
}
