namespace PeftIntegrations.Data;

internal sealed partial class Parser
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private Expression ParseExpression(bool withCondition = true)
    {
        if (++_depth > MostNesting) throw Fault.TooDeep();
        Meter.Guard();
        var expression = withCondition ? ParseConditional() : ParseOr();
        _depth--;
        return expression;
    }

    private Expression ParseConditional()
    {
        Meter.Guard();
        var (line, unknown) = (_tokens.Current.Line, _unknown.Count);
        var value = ParseOr();
        while (_tokens.SkipIfName("if"))
        {
            var test = ParseOr();
            var otherwise = _tokens.SkipIfName("else") ? ParseConditional() : null;
            value = new Conditional(test, value, otherwise, line);
            _unknown.RemoveRange(unknown, _unknown.Count - unknown); // any part of it may never run
            line = _tokens.Current.Line;
        }

        return value;
    }

    private Expression ParseOr()
    {
        var left = ParseAnd();
        while (_tokens.SkipIfName("or")) left = new Either(left, ParseAnd(), isOr: true);
        return left;
    }

    private Expression ParseAnd()
    {
        var left = ParseNot();
        while (_tokens.SkipIfName("and")) left = new Either(left, ParseNot(), isOr: false);
        return left;
    }

    private Expression ParseNot()
    {
        Meter.Guard();
        return _tokens.SkipIfName("not") ? new Not(ParseNot()) : ParseComparison();
    }

    private Expression ParseComparison()
    {
        var first = ParseSum();
        var others = new List<(string, Expression)>();
        while (true)
        {
            var token = _tokens.Current;
            if (token.Kind == TokenKind.Operator && Comparisons.Contains(token.Text))
            {
                _tokens.Next();
                others.Add((token.Text, ParseSum()));
            }
            else if (_tokens.SkipIfName("in"))
            {
                others.Add(("in", ParseSum()));
            }
            else if (token.IsName("not") && _tokens.Ahead.IsName("in"))
            {
                _tokens.Next();
                _tokens.Next();
                others.Add(("not in", ParseSum()));
            }
            else
            {
                return others.Count == 0 ? first : new Comparison(first, [.. others]);
            }
        }
    }

    private Expression ParseSum() => ParseChain(ParseConcatenation, "+", "-");

    private Expression ParseConcatenation()
    {
        var parts = new List<Expression> { ParseProduct() };
        while (_tokens.SkipIf("~")) parts.Add(ParseProduct());
        return parts.Count == 1 ? parts[0] : new Concatenation([.. parts]);
    }

    private Expression ParseProduct() => ParseChain(ParsePower, "*", "/", "//", "%");

    private Expression ParsePower() => ParseChain(() => ParseUnary(), "**");

    private Expression ParseChain(Func<Expression> parse, params ReadOnlySpan<string> signs)
    {
        var left = parse();
        while (_tokens.Current is { Kind: TokenKind.Operator } token && signs.Contains(token.Text))
        {
            _tokens.Next();
            left = new Binary(token.Text, left, parse());
        }

        return left;
    }

    private Expression ParseUnary(bool withFilter = true)
    {
        Meter.Guard();
        var value = _tokens.SkipIf("-") ? new Signed(ParseUnary(withFilter: false), isNegative: true)
            : _tokens.SkipIf("+") ? new Signed(ParseUnary(withFilter: false), isNegative: false)
            : ParsePrimary();
        value = ParsePostfix(value);
        return withFilter ? ParseFiltersAndTests(value) : value;
    }

    private Expression ParsePrimary()
    {
        var token = _tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                _tokens.Next();
                return ParseName(token.Text);
            case TokenKind.String:
                var text = "";
                while (_tokens.Current.Kind == TokenKind.String) text += _tokens.Next().Text;
                return new Constant(text);
            case TokenKind.Integer or TokenKind.Float:
                return new Constant(_tokens.Next().Value);
            case TokenKind.Operator when token.Text == "(":
                _tokens.Next();
                var tuple = ParseTuple(isExplicit: true);
                _tokens.Expect(")");
                return tuple;
            case TokenKind.Operator when token.Text == "[":
                return ParseList();
            case TokenKind.Operator when token.Text == "{":
                return ParseDict();
            default:
                throw Fault.Syntax($"unexpected {Text.Quoted(token.ToString())}", token.Line);
        }
    }

    private Expression ParseName(string name)
    {
        _used.Add(name);
        return name switch
        {
            "true" or "True" => new Constant(true),
            "false" or "False" => new Constant(false),
            "none" or "None" => new Constant(null),
            _ => new Variable(name),
        };
    }

    private Expression ParseTuple(bool withCondition = true, bool isExplicit = false, string? end = null)
    {
        var items = new List<Expression>();
        var isTuple = false;
        while (true)
        {
            if (items.Count > 0) _tokens.Expect(",");
            var token = _tokens.Current;
            if (token.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd || token.Is(")") || (end is not null && token.IsName(end))) break;
            items.Add(ParseExpression(withCondition));
            if (!_tokens.Current.Is(",")) break;
            isTuple = true;
        }

        if (isTuple) return new ListExpression([.. items], isTuple: true);
        if (items.Count > 0) return items[0];
        return isExplicit ? new ListExpression([], isTuple: true)
            : throw Fault.Syntax($"Expected an expression, got {Text.Quoted(_tokens.Current.ToString())}", _tokens.Current.Line);
    }

    private ListExpression ParseList()
    {
        _tokens.Expect("[");
        var items = new List<Expression>();
        while (!_tokens.Current.Is("]"))
        {
            if (items.Count > 0) _tokens.Expect(",");
            if (_tokens.Current.Is("]")) break;
            items.Add(ParseExpression());
        }

        _tokens.Expect("]");
        return new([.. items], isTuple: false);
    }

    private DictExpression ParseDict()
    {
        _tokens.Expect("{");
        var pairs = new List<(Expression, Expression)>();
        while (!_tokens.Current.Is("}"))
        {
            if (pairs.Count > 0) _tokens.Expect(",");
            if (_tokens.Current.Is("}")) break;
            var key = ParseExpression();
            _tokens.Expect(":");
            pairs.Add((key, ParseExpression()));
        }

        _tokens.Expect("}");
        return new([.. pairs]);
    }
}
