using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace PeftIntegrations.Data;

/// <summary>Cuts a template into tokens as Jinja does with <c>trim_blocks</c> and <c>lstrip_blocks</c>.</summary>
internal sealed partial class Lexer
{
    private static readonly string[] Operators =
    [
        "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}",
        ">", "<", "=", ".", ":", "|", ",", ";",
    ];

    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private readonly Stack<char> _open = [];
    private int _at;
    private int _line = 1;
    private bool _startsLine = true;

    private Lexer(string source) => _source = source;

    /// <summary>The tokens; what cannot be cut is a last token that holds the error.</summary>
    public static List<Token> Read(string template)
    {
        var source = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lexer = new Lexer(source.EndsWith('\n') ? source[..^1] : source);
        try
        {
            while (lexer._at < lexer._source.Length) lexer.ReadDataAndTag();
            lexer.Add(TokenKind.End, "");
        }
        catch (ChatTemplateException e)
        {
            lexer._tokens.Add(new(TokenKind.Failure, "", lexer._line, e));
        }

        return lexer._tokens;
    }

    [GeneratedRegex(@"\G\{%([-+]?)\s*raw\s*(?:-%\}\s*|%\})")]
    private static partial Regex RawBegin { get; }

    [GeneratedRegex(@"\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex RawEnd { get; }

    [GeneratedRegex(@"\+#\}|-#\}\s*|#\}\n?")]
    private static partial Regex CommentEnd { get; }

    [GeneratedRegex(@"\G(?:\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex BlockEnd { get; }

    [GeneratedRegex(@"\G(?:-\}\}\s*|\}\})")]
    private static partial Regex VariableEnd { get; }

    [GeneratedRegex(@"\G(?<!\.)(?:[0-9]+_)*[0-9]+(?:(?:\.(?:[0-9]+_)*[0-9]+)?[eE][-+]?(?:[0-9]+_)*[0-9]+|\.(?:[0-9]+_)*[0-9]+)")]
    private static partial Regex Float { get; }

    [GeneratedRegex(@"\G(?:0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?[0-9])*|0(?:_?0)*)")]
    private static partial Regex Integer { get; }

    [GeneratedRegex(@"\G\w+")]
    private static partial Regex Name { get; }

    private void ReadDataAndTag()
    {
        var start = NextTag();
        if (start < 0)
        {
            Add(TokenKind.Data, _source[_at..]);
            _at = _source.Length;
            return;
        }

        var kind = _source[start + 1];
        var sign = start + 2 < _source.Length && _source[start + 2] is '-' or '+' ? _source[start + 2] : ' ';
        var raw = kind == '%' && RawBegin.Match(_source, start) is { Success: true } match ? match : null;
        if (raw is not null) sign = raw.Groups[1].Value is [var written] ? written : ' ';
        AddData(_source[_at..start], sign, strips: kind != '{');
        if (raw is not null)
        {
            Advance(raw.Index + raw.Length);
            ReadRaw();
        }
        else
        {
            Advance(start + (sign == ' ' ? 2 : 3));
            if (kind == '#') ReadComment();
            else ReadTag(isBlock: kind == '%');
        }
    }

    private int NextTag()
    {
        for (var at = _source.IndexOf('{', _at); at >= 0 && at + 1 < _source.Length; at = _source.IndexOf('{', at + 1))
        {
            if (_source[at + 1] is '%' or '{' or '#') return at;
        }

        return -1;
    }

    private void AddData(string text, char sign, bool strips)
    {
        var kept = text;
        if (sign == '-')
        {
            kept = Whitespace.TrimEnd(text);
        }
        else if (sign != '+' && strips)
        {
            var line = text.LastIndexOf('\n') + 1;
            if ((line > 0 || _startsLine) && Whitespace.TrimEnd(text[line..]).Length == 0) kept = text[..line];
        }

        if (kept.Length > 0) Add(TokenKind.Data, kept);
    }

    private void ReadRaw()
    {
        var end = RawEnd.Match(_source, _at);
        if (!end.Success) throw Fault.Syntax("Missing end of raw directive", _line);
        AddData(_source[_at..end.Index], end.Groups[1].Value is [var sign] ? sign : ' ', strips: true);
        Advance(end.Index + end.Length);
    }

    private void ReadComment()
    {
        var end = CommentEnd.Match(_source, _at);
        if (!end.Success) throw Fault.Syntax("Missing end of comment tag", _line);
        Advance(end.Index + end.Length);
    }

    private void ReadTag(bool isBlock)
    {
        Add(isBlock ? TokenKind.BlockBegin : TokenKind.VariableBegin, "");
        var closing = isBlock ? BlockEnd : VariableEnd;
        while (_at < _source.Length)
        {
            if (_open.Count == 0 && closing.Match(_source, _at) is { Success: true } end)
            {
                Add(isBlock ? TokenKind.BlockEnd : TokenKind.VariableEnd, "");
                Advance(end.Index + end.Length);
                return;
            }

            ReadToken();
        }
    }

    private void ReadToken()
    {
        var c = _source[_at];
        if (Whitespace.Is(c)) Advance(_at + 1);
        else if (Float.Match(_source, _at) is { Success: true } number) Take(TokenKind.Float, number.Value, Digits(number.Value));
        else if (Integer.Match(_source, _at) is { Success: true } whole) Take(TokenKind.Integer, whole.Value, WholeOf(whole.Value));
        else if (Name.Match(_source, _at) is { Success: true } name) TakeName(name.Value);
        else if (c is '\'' or '"' && EndOfString() is > 0 and var end) TakeString(end);
        else if (Array.Find(Operators, IsHere) is { } sign) TakeOperator(sign);
        else throw Fault.Syntax($"unexpected char {Text.Quoted($"{c}")} at {_at}", _line);
    }

    private bool IsHere(string sign) => string.CompareOrdinal(_source, _at, sign, 0, sign.Length) == 0;

    private void TakeName(string name)
    {
        if (char.IsNumber(name[0])) throw Fault.Syntax("Invalid character in identifier", _line);
        Take(TokenKind.Name, string.Intern(name));
    }

    private void TakeString(int end)
    {
        Take(TokenKind.String, Escapes.Read(_source[(_at + 1)..end], _line), length: end + 1 - _at);
    }

    private void TakeOperator(string sign)
    {
        if (sign[0] is '(' or '[' or '{') _open.Push(sign[0] switch { '(' => ')', '[' => ']', _ => '}' });
        if (sign[0] is ')' or ']' or '}')
        {
            if (!_open.TryPop(out var expected)) throw Fault.Syntax($"unexpected '{sign}'", _line);
            if (expected != sign[0]) throw Fault.Syntax($"unexpected '{sign}', expected '{expected}'", _line);
        }

        Take(TokenKind.Operator, sign);
    }

    private int EndOfString()
    {
        for (var at = _at + 1; at < _source.Length; at++)
        {
            if (_source[at] == '\\') at++;
            else if (_source[at] == _source[_at]) return at;
        }

        return -1;
    }

    private void Take(TokenKind kind, string text, object? value = null, int? length = null)
    {
        _tokens.Add(new(kind, text, _line, value));
        Advance(_at + (length ?? text.Length));
    }

    private void Add(TokenKind kind, string text) => _tokens.Add(new(kind, text, _line));

    private void Advance(int to)
    {
        _line += _source.AsSpan(_at, to - _at).Count('\n');
        _startsLine = _source[to - 1] == '\n';
        _at = to;
    }

    private static double Digits(string text) =>
        double.Parse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture);

    private object WholeOf(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        if (digits.Length > Numbers.MostDigits)
        {
            throw Fault.Syntax($"a number has {digits.Length} digits; at most {Numbers.MostDigits} are read", _line);
        }

        var radix = digits.Length < 2 ? 10 : char.ToLowerInvariant(digits[1]) switch { 'b' => 2, 'o' => 8, 'x' => 16, _ => 10 };
        return radix == 10
            ? Numbers.Whole(BigInteger.Parse(digits, CultureInfo.InvariantCulture))
            : Numbers.Whole(digits[2..].Aggregate(BigInteger.Zero, (sum, digit) => sum * radix + Convert.ToInt32($"{digit}", 16)));
    }
}
