namespace PeftIntegrations.Data;

/// <summary>Builds the statements of a template.</summary>
internal sealed partial class Parser
{
    private const int MostNesting = 250;
    private static readonly string[] NotHere = ["extends", "include", "import", "from"];

    private readonly Tokens _tokens;
    private readonly Stack<string> _tags = [];
    private readonly Stack<string[]> _ends = [];
    private HashSet<string> _used = []; // names that the innermost macro speaks of
    private readonly List<ChatTemplateException> _unknown = []; // told once all the rest can be read
    private bool _isSoft; // in a branch that may never run
    private bool _marksGeneration;
    private int _depth;

    private Parser(List<Token> tokens) => _tokens = new(tokens);

    public static (Statement[] Body, bool MarksGeneration) Parse(string source)
    {
        var parser = new Parser(Lexer.Read(source));
        var statements = parser.ParseStatements([]);
        return parser._unknown is [var first, ..] ? throw first : (statements, parser._marksGeneration);
    }

    private Statement[] ParseStatements(string[] ends)
    {
        if (ends.Length > 0) _ends.Push(ends);
        var body = new List<Statement>();
        while (_tokens.Current.Kind != TokenKind.End)
        {
            var token = _tokens.Next();
            switch (token.Kind)
            {
                case TokenKind.Data:
                    body.Add(new Literal(token.Text));
                    break;
                case TokenKind.VariableBegin:
                    body.Add(new Print(ParseTuple()));
                    _tokens.Expect(TokenKind.VariableEnd);
                    break;
                default:
                    if (_tokens.Current is { Kind: TokenKind.Name } tag && ends.Contains(tag.Text))
                    {
                        _ends.Pop();
                        return [.. body];
                    }

                    body.Add(ParseStatement());
                    _tokens.Expect(TokenKind.BlockEnd);
                    break;
            }
        }

        return ends.Length == 0 ? [.. body] : throw Unclosed(null);
    }

    private Statement[] ParseBody(params string[] ends)
    {
        _tokens.SkipIf(":");
        _tokens.Expect(TokenKind.BlockEnd);
        return ParseStatements(ends);
    }

    // The body up to its one end, which is taken too; what stands in it is no soft branch of ours.
    private Statement[] ParseWhole(string end)
    {
        var (outer, _) = (_isSoft, _isSoft = false);
        var body = ParseBody(end);
        _isSoft = outer;
        _tokens.Next();
        return body;
    }

    private Statement ParseStatement()
    {
        var token = _tokens.Current;
        if (token.Kind != TokenKind.Name) throw Fault.Syntax("tag name expected", token.Line);
        _tags.Push(token.Text);
        if (++_depth > MostNesting) throw Fault.TooDeep();
        Meter.Guard();
        var statement = token.Text switch
        {
            "if" => ParseIf(),
            "for" => ParseFor(),
            "set" => ParseSet(),
            "macro" => ParseMacro(),
            "call" => ParseCallBlock(),
            "filter" => ParseFilterBlock(),
            "with" => ParseWith(),
            "print" => ParsePrint(),
            "generation" => new Generation(ParseGeneration()),
            "block" => ParseBlock(),
            "autoescape" => ParseAutoescape(),
            "break" => ParseJump(Flow.Break),
            "continue" => ParseJump(Flow.Continue),
            var other when NotHere.Contains(other) => throw Fault.Syntax(
                $"'{other}' brings in another template, and a chat template stands alone. Write what it brings in here.", token.Line),
            _ => throw UnknownTag(token),
        };
        _depth--;
        _tags.Pop();
        return statement;
    }

    private If ParseIf()
    {
        var outer = _isSoft;
        var branches = new List<(Expression, Statement[])>();
        Statement[] otherwise = [];
        while (true)
        {
            _tokens.Next();
            _isSoft = true;
            var test = ParseTuple(withCondition: false);
            branches.Add((test, ParseBody("elif", "else", "endif")));
            if (_tokens.Current.IsName("elif")) continue;
            if (_tokens.Next().IsName("else")) (otherwise, _) = (ParseBody("endif"), _tokens.Next());
            _isSoft = outer;
            return new([.. branches], otherwise);
        }
    }

    private For ParseFor()
    {
        var (outer, _) = (_isSoft, _tokens.Next());
        var target = ParseTarget(withNamespace: false, "in");
        _tokens.ExpectName("in");
        var all = ParseTuple(withCondition: false, end: "recursive");
        _isSoft = false;
        var test = _tokens.SkipIfName("if") ? ParseExpression() : null;
        var isRecursive = _tokens.SkipIfName("recursive");
        _loops++;
        var body = ParseBody("endfor", "else");
        _loops--;
        var otherwise = _tokens.Next().IsName("else") ? ParseBody("endfor") : null;
        if (otherwise is not null) _tokens.Next();
        _isSoft = outer;
        return new(target, all, test, (body, otherwise ?? [])) { IsRecursive = isRecursive };
    }

    private Statement ParseSet()
    {
        _tokens.Next();
        var target = ParseTarget(withNamespace: true);
        if (_tokens.SkipIf("=")) return new Assign(target, ParseTuple());
        var filter = ParseFilters(null);
        return new AssignBlock(target, (Filter?)filter, ParseWhole("endset"));
    }

    private MacroDefinition ParseMacro()
    {
        _tokens.Next();
        var name = _tokens.Expect(TokenKind.Name).Text;
        return new(ParseSignature(name, "endmacro", () => ParseParameters()));
    }

    private CallBlock ParseCallBlock()
    {
        var line = _tokens.Next().Line;
        Call? call = null;
        var block = ParseSignature("caller", "endcall", () =>
        {
            var parameters = _tokens.Current.Is("(") ? ParseParameters() : [];
            call = ParseExpression() as Call ?? throw Fault.Syntax("expected call", line);
            return parameters;
        });
        return new(block, call!);
    }

    private Signature ParseSignature(string name, string end, Func<(string, Expression?)[]> parse)
    {
        var (outer, loops) = (_used, _loops);
        _used = [];
        var parameters = parse();
        _loops = 0;
        var body = ParseWhole(end);
        var signature = new Signature(name, parameters, body)
        {
            UsesCaller = _used.Contains("caller"),
            UsesMorePlaced = _used.Contains("varargs"),
            UsesMoreNamed = _used.Contains("kwargs"),
        };
        outer.UnionWith(_used);
        (_used, _loops) = (outer, loops);
        return signature;
    }

    private (string, Expression?)[] ParseParameters()
    {
        _tokens.Expect("(");
        var parameters = new List<(string Name, Expression? Otherwise)>();
        while (!_tokens.Current.Is(")"))
        {
            if (parameters.Count > 0) _tokens.Expect(",");
            var name = _tokens.Expect(TokenKind.Name);
            var otherwise = _tokens.SkipIf("=") ? ParseExpression() : null;
            if (otherwise is null && parameters is [.., (_, not null)])
            {
                throw Fault.Syntax("non-default argument follows default argument", _tokens.Current.Line);
            }

            parameters.Add((name.Text, otherwise));
        }

        _tokens.Expect(")");
        return [.. parameters];
    }

    private FilterBlock ParseFilterBlock()
    {
        _tokens.Next();
        var filter = (Filter)ParseFilters(null, startsInline: true)!;
        return new(filter, ParseWhole("endfilter"));
    }

    private With ParseWith()
    {
        _tokens.Next();
        var names = new List<(Target, Expression)>();
        while (_tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (names.Count > 0) _tokens.Expect(",");
            var target = ParseTarget(withNamespace: false);
            _tokens.Expect("=");
            names.Add((target, ParseExpression()));
        }

        return new([.. names], ParseWhole("endwith"));
    }

    private Print ParsePrint()
    {
        _tokens.Next();
        return new(ParseTuple());
    }

    private Statement[] ParseGeneration()
    {
        _tokens.Next();
        var loops = _loops;
        (_loops, _marksGeneration) = (0, true);
        var body = ParseWhole("endgeneration");
        _loops = loops;
        return body;
    }

    private Block ParseBlock()
    {
        _tokens.Next();
        var name = _tokens.Expect(TokenKind.Name).Text;
        while (_tokens.SkipIfName("scoped") || _tokens.SkipIfName("required"))
        {
        }

        var body = ParseWhole("endblock");
        _tokens.SkipIfName(name);
        return new(body);
    }

    private Block ParseAutoescape()
    {
        var line = _tokens.Next().Line;
        return ParseExpression() is Constant { Value: false } ? new(ParseWhole("endautoescape"))
            : throw Fault.Syntax("a chat is no HTML: autoescape can only be false here", line);
    }
}
