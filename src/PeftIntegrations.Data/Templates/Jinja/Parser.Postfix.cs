namespace PeftIntegrations.Data;

internal sealed partial class Parser
{
    private Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            var token = _tokens.Current;
            if (token.Is(".") || token.Is("[")) value = ParseSubscript(value);
            else if (token.Is("(")) value = new Call(value, ParseArguments());
            else return value;
        }
    }

    private Expression ParseFiltersAndTests(Expression value)
    {
        while (true)
        {
            var token = _tokens.Current;
            if (token.Is("|")) value = ParseFilters(value)!;
            else if (token.IsName("is")) value = ParseTest(value);
            else if (token.Is("(")) value = new Call(value, ParseArguments());
            else return value;
        }
    }

    private Expression ParseSubscript(Expression value)
    {
        if (_tokens.Next().Is("."))
        {
            var field = _tokens.Next();
            return field.Kind switch
            {
                TokenKind.Name => new Field(value, field.Text),
                TokenKind.Integer => new Element(value, new Constant(field.Value)),
                _ => throw Fault.Syntax("expected name or number", field.Line),
            };
        }

        var keys = new List<Func<Expression, Expression>>();
        var plain = new List<Expression?>();
        while (!_tokens.Current.Is("]"))
        {
            if (keys.Count > 0) _tokens.Expect(",");
            var (key, build) = ParseKey();
            plain.Add(key);
            keys.Add(build);
        }

        var end = _tokens.Expect("]");
        return keys.Count == 1 ? keys[0](value)
            : plain.TrueForAll(key => key is not null)
                ? new Element(value, new ListExpression([.. plain.OfType<Expression>()], isTuple: true))
            : throw Fault.Syntax("several slices at once are not supported", end.Line);
    }

    private (Expression? Key, Func<Expression, Expression> Build) ParseKey()
    {
        var start = _tokens.Current.Is(":") ? null : ParseExpression();
        if (!_tokens.SkipIf(":")) return (start, of => new Element(of, start!));

        var stop = IsKeyEnd() || _tokens.Current.Is(":") ? null : ParseExpression();
        var step = _tokens.SkipIf(":") && !IsKeyEnd() ? ParseExpression() : null;
        return (null, of => new Slice(of, start, stop, step));
    }

    private bool IsKeyEnd() => _tokens.Current.Is("]") || _tokens.Current.Is(",");

    private Expression? ParseFilters(Expression? value, bool startsInline = false)
    {
        while (startsInline || _tokens.Current.Is("|"))
        {
            if (!startsInline) _tokens.Next();
            startsInline = false;
            var (name, line) = ParseDottedName();
            if (!_isSoft && !Filters.Known.ContainsKey(name)) _unknown.Add(Fault.Unknown("filter", name, line));
            value = new Filter(value, name, _tokens.Current.Is("(") ? ParseArguments() : CallArguments.None);
        }

        return value;
    }

    private Expression ParseTest(Expression value)
    {
        _tokens.Next();
        var isNegated = _tokens.SkipIfName("not");
        var (name, line) = ParseDottedName();
        if (!_isSoft && !Checks.Known.ContainsKey(name)) _unknown.Add(Fault.Unknown("test", name, line));
        var arguments = CallArguments.None;
        if (_tokens.Current.Is("(")) arguments = ParseArguments();
        else if (StartsArgument(_tokens.Current)) arguments = new([ParsePostfix(ParsePrimary())], []);
        Expression test = new TestExpression(value, name, arguments);
        return isNegated ? new Not(test) : test;
    }

    private static bool StartsArgument(Token token)
    {
        if (token.IsName("is")) throw Fault.Syntax("You cannot chain multiple tests with is", token.Line);
        return token.Kind is TokenKind.String or TokenKind.Integer or TokenKind.Float || token.Is("[") || token.Is("{")
            || (token.Kind == TokenKind.Name && token.Text is not ("else" or "or" or "and"));
    }

    private (string Name, int Line) ParseDottedName()
    {
        var token = _tokens.Expect(TokenKind.Name);
        var name = token.Text;
        while (_tokens.SkipIf(".")) name += "." + _tokens.Expect(TokenKind.Name).Text;
        return (name, token.Line);
    }

    private CallArguments ParseArguments()
    {
        var line = _tokens.Expect("(").Line;
        var (placed, named) = (new List<Expression>(), new List<(string, Expression)>());
        Expression? morePlaced = null, moreNamed = null;
        for (var isFirst = true; !_tokens.Current.Is(")"); isFirst = false)
        {
            if (!isFirst) _tokens.Expect(",");
            if (_tokens.Current.Is(")")) break;
            var isOrdered = moreNamed is null && (morePlaced is null || !_tokens.Current.Is("*"));
            if (_tokens.SkipIf("*"))
            {
                morePlaced = ParseExpression();
            }
            else if (_tokens.SkipIf("**"))
            {
                moreNamed = ParseExpression();
            }
            else if (_tokens.Current.Kind == TokenKind.Name && _tokens.Ahead.Is("="))
            {
                var name = _tokens.Next().Text;
                _tokens.Next();
                named.Add((name, ParseExpression()));
            }
            else
            {
                isOrdered &= morePlaced is null && named.Count == 0;
                placed.Add(ParseExpression());
            }

            if (!isOrdered) throw Fault.Syntax("invalid syntax for function call expression", line);
        }

        _tokens.Expect(")");
        return new([.. placed], [.. named], morePlaced, moreNamed);
    }

    private Target ParseTarget(bool withNamespace, string? end = null)
    {
        var targets = new List<Target>();
        var isTuple = false;
        var line = _tokens.Current.Line;
        while (true)
        {
            if (targets.Count > 0) _tokens.Expect(",");
            var token = _tokens.Current;
            if (token.Kind is TokenKind.BlockEnd or TokenKind.VariableEnd || token.Is(")") || (end is not null && token.IsName(end))) break;
            targets.Add(ParseOneTarget(withNamespace));
            if (!_tokens.Current.Is(",")) break;
            isTuple = true;
        }

        return isTuple ? new TupleTarget([.. targets]) : targets.Count == 1 ? targets[0]
            : throw Fault.Syntax($"Expected an expression, got {Text.Quoted(_tokens.Current.ToString())}", line);
    }

    private Target ParseOneTarget(bool withNamespace)
    {
        var token = _tokens.Current;
        if (withNamespace && token.Kind == TokenKind.Name && _tokens.Ahead.Is("."))
        {
            _tokens.Next();
            _tokens.Next();
            return new NamespaceTarget(token.Text, _tokens.Expect(TokenKind.Name).Text);
        }

        if (_tokens.SkipIf("("))
        {
            if (++_depth > MostNesting) throw Fault.TooDeep();
            var tuple = ParseTarget(withNamespace);
            _depth--;
            _tokens.Expect(")");
            return tuple;
        }

        return ParsePrimary() is Variable variable ? new NameTarget(variable.Name)
            : throw Fault.Syntax("can't assign to 'const'", token.Line);
    }
}
