namespace PeftIntegrations.Data;

internal enum TokenKind { Data, BlockBegin, BlockEnd, VariableBegin, VariableEnd, Name, String, Integer, Float, Operator, End, Failure }

/// <summary>A piece of a template.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Line, object? Value = null)
{
    public bool Is(string sign) => Kind == TokenKind.Operator && Text == sign;

    public bool IsName(string name) => Kind == TokenKind.Name && Text == name;

    /// <summary>The token in Jinja's words.</summary>
    public override string ToString() => Kind is TokenKind.Name or TokenKind.Operator ? Text : Word(Kind);

    public static string Word(TokenKind kind) => kind switch
    {
        TokenKind.Data => "template data / text",
        TokenKind.BlockBegin => "begin of statement block",
        TokenKind.BlockEnd => "end of statement block",
        TokenKind.VariableBegin => "begin of print statement",
        TokenKind.VariableEnd => "end of print statement",
        TokenKind.End => "end of template",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
