namespace PeftIntegrations.Data;

/// <summary>Tokens one after another. What cannot be cut is an error once it comes up, as an earlier mistake is told first.</summary>
internal sealed class Tokens(List<Token> tokens)
{
    private int _at;

    public Token Current => Checked(_at);

    public Token Ahead => Checked(_at + 1);

    public Token Next()
    {
        var token = Current;
        if (token.Kind != TokenKind.End) _at++;
        _ = Current;
        return token;
    }

    public bool SkipIf(string sign)
    {
        if (!Current.Is(sign)) return false;
        Next();
        return true;
    }

    public bool SkipIfName(string name)
    {
        if (!Current.IsName(name)) return false;
        Next();
        return true;
    }

    public Token Expect(string sign) => Current.Is(sign) ? Next() : throw Unexpected(sign);

    public Token ExpectName(string name) => Current.IsName(name) ? Next() : throw Unexpected(name);

    public Token Expect(TokenKind kind) => Current.Kind == kind ? Next() : throw Unexpected(Token.Word(kind));

    private Token Checked(int at)
    {
        var token = tokens[Math.Min(at, tokens.Count - 1)];
        return token.Value is ChatTemplateException error && token.Kind == TokenKind.Failure ? throw error : token;
    }

    private ChatTemplateException Unexpected(string expected) => Current.Kind == TokenKind.End
        ? Fault.Syntax($"unexpected end of template, expected {Text.Quoted(expected)}.", Current.Line)
        : Fault.Syntax($"expected token {Text.Quoted(expected)}, got {Text.Quoted(Current.ToString())}", Current.Line);
}
