using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PeftIntegrations.Inference;

/// <summary>The parts of JSON (RFC 8259), written as models write it: one blank at most, after a colon or a comma.</summary>
internal sealed class JsonGrammar
{
    /// <summary>Most digits of an integer, so that it fits 64 bits, and of a fraction, so that a model can't write them for ever.</summary>
    public const int MostDigits = 18, MostFraction = 15;

    private const int MostIntegerPart = 15;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (byte Low, byte High)[] Plain = [((byte)' ', (byte)'!'), ((byte)'#', (byte)'['), ((byte)']', 0x7F)];

    // UTF-8 without overlong forms and surrogates (Unicode 16, table 3-7).
    private static readonly (byte Low, byte High)[][] Beyond =
    [
        [(0xC2, 0xDF), (0x80, 0xBF)],
        [(0xE0, 0xE0), (0xA0, 0xBF), (0x80, 0xBF)],
        [(0xE1, 0xEC), (0x80, 0xBF), (0x80, 0xBF)],
        [(0xED, 0xED), (0x80, 0x9F), (0x80, 0xBF)],
        [(0xEE, 0xEF), (0x80, 0xBF), (0x80, 0xBF)],
        [(0xF0, 0xF0), (0x90, 0xBF), (0x80, 0xBF), (0x80, 0xBF)],
        [(0xF1, 0xF3), (0x80, 0xBF), (0x80, 0xBF), (0x80, 0xBF)],
        [(0xF4, 0xF4), (0x80, 0x8F), (0x80, 0xBF), (0x80, 0xBF)],
    ];

    private readonly GrammarBuilder _to;
    private readonly Lazy<int> _character;
    private readonly Lazy<int> _value;

    public JsonGrammar(GrammarBuilder to)
    {
        _to = to;
        _character = new(() => _to.Rule(Character));
        _value = new(AnyValue);
    }

    /// <summary>The text of a string, quotes included, as <see cref="Literal"/> expects it.</summary>
    public static string Quoted(string text) => JsonSerializer.Serialize(text, Readable);

    /// <summary>Any value, nested as deep as the automaton goes.</summary>
    public int Value(int from) => _to.Call(from, _value.Value, nests: true);

    /// <summary>A string of so many characters (Unicode scalars).</summary>
    public int Text(int from, int least, int? most)
    {
        var open = _to.Literal(from, "\"");
        return _to.Literal(_to.Repeat(open, least, most, at => _to.Call(at, _character.Value)), "\"");
    }

    /// <summary>A number of at most so many digits before and after the point.</summary>
    public int Number(int from) => _to.Maybe(Fraction(Natural(Minus(from), MostIntegerPart - 1)), Exponent);

    /// <summary>A number, without an exponent, within bounds that are whole; an open one is excluded.</summary>
    public int Number(int from, (long Value, bool IsOpen) least, (long Value, bool IsOpen) most) => _to.Any(from, Parts(least, most));

    /// <summary>An integer within bounds.</summary>
    public int Integer(int from, long least, long most) => new IntegerRange(_to).Between(from, least, most);

    /// <summary>A value as it is given.</summary>
    public int Literal(int from, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Braced(from, '{', '}', value.EnumerateObject().Select(
            property => (Part)(at => Literal(Colon(_to.Literal(at, Quoted(property.Name))), property.Value)))),
        JsonValueKind.Array => Braced(from, '[', ']', value.EnumerateArray().Select(item => (Part)(at => Literal(at, item)))),
        JsonValueKind.String => _to.Literal(from, Quoted(value.GetString()!)),
        _ => _to.Literal(from, value.GetRawText()),
    };

    public int Comma(int from) => _to.Maybe(_to.Literal(from, ","), Blank);

    public int Colon(int from) => _to.Maybe(_to.Literal(from, ":"), Blank);

    public int Blank(int from) => _to.Literal(from, " ");

    /// <summary>A name, without escapes, that is none of <paramref name="names"/>.</summary>
    public int NameOtherThan(int from, IEnumerable<string> names)
    {
        var (open, rest, end) = (_to.Literal(from, "\""), _to.Place(), _to.Place());
        _to.Skip(_to.Literal(_to.Repeat(rest, 0, null, Unescaped), "\""), end);
        Branch(open, [.. names.Where(name => Quoted(name).Length == name.Length + 2)]);
        return end;

        void Branch(int at, string[] left)
        {
            if (!left.Contains("")) _to.Skip(_to.Literal(at, "\""), end);
            var next = left.Where(name => name.Length > 0).ToLookup(name => Rune.GetRuneAt(name, 0));
            foreach (var (low, high) in Plain.SelectMany(range => Without(range, next))) _to.Skip(_to.Byte(at, low, high), rest);
            if (next.All(same => same.Key.IsAscii)) _to.Skip(_to.Any(at, Beyond.Select(Sequence)), rest);
            foreach (var same in next)
            {
                Branch(_to.Literal(at, same.Key.ToString()), [.. same.Select(name => name[same.Key.Utf16SequenceLength..])]);
            }
        }
    }

    private int Braced(int from, char open, char close, IEnumerable<Part> parts)
    {
        var at = _to.Literal(from, open.ToString());
        foreach (var (i, part) in parts.Index()) at = part(i == 0 ? at : Comma(at));
        return _to.Literal(at, close.ToString());
    }

    private int AnyValue()
    {
        var value = _to.Place();
        Part[] kinds = [Object, Array, at => Text(at, 0, null), Number, Word("true"), Word("false"), Word("null")];
        _to.Define(value, at => _to.Any(at, kinds));
        return value;

        int Object(int from) => List(from, '{', '}', at => _to.Call(Colon(Text(at, 0, null)), value, nests: true));

        int Array(int from) => List(from, '[', ']', at => _to.Call(at, value, nests: true));
    }

    private int List(int from, char open, char close, Part item)
    {
        var opened = _to.Literal(from, open.ToString());
        var filled = _to.Maybe(opened, at => _to.Repeat(item(at), 0, null, next => item(Comma(next))));
        return _to.Literal(filled, close.ToString());
    }

    private Part Word(string word) => at => _to.Literal(at, word);

    private int Unescaped(int from) => _to.Any(from, [.. Plain.Select(Range), .. Beyond.Select(Sequence)]);

    private static IEnumerable<(byte Low, byte High)> Without((byte Low, byte High) range, ILookup<Rune, string> taken)
    {
        var low = range.Low;
        for (int value = range.Low; value <= range.High; value++)
        {
            if (!taken.Contains(new Rune(value))) continue;
            if (low < value) yield return (low, (byte)(value - 1));
            low = (byte)(value + 1);
        }

        if (low <= range.High) yield return (low, range.High);
    }

    private int Character(int from) => _to.Any(from, Unescaped, Escaped);

    private int Escaped(int from)
    {
        var escape = _to.Literal(from, "\\");
        return _to.Any(escape, [.. "\"\\/bfnrt".Select(letter => Word(letter.ToString())), CodeUnit]);
    }

    // Four hexadecimal digits: no surrogate, or a pair of them, since System.Text.Json refuses to read half a pair.
    private int CodeUnit(int from)
    {
        var digits = _to.Literal(from, "u");
        return _to.Any(digits,
            at => Hex(Hex(Hex(_to.Any(at, OneOf("09"), OneOf("acAC"), OneOf("efEF"))))),
            at => Hex(Hex(_to.Any(_to.Any(at, OneOf("ddDD")), OneOf("07")))),
            at => Low(Hex(Hex(_to.Any(_to.Any(at, OneOf("ddDD")), OneOf("89"), OneOf("abAB"))))));
    }

    private int Low(int from)
    {
        var second = _to.Any(_to.Literal(from, "\\u"), OneOf("ddDD"));
        return Hex(Hex(_to.Any(second, OneOf("cfCF"))));
    }

    private int Hex(int from) => _to.Any(from, OneOf("09"), OneOf("afAF"));

    /// <summary>A character in one of the ranges, each written as its first and last.</summary>
    private Part OneOf(string ranges) => from => _to.Any(from, ranges.Chunk(2).Select(range => Range(((byte)range[0], (byte)range[1]))));

    private Part Range((byte Low, byte High) range) => at => _to.Byte(at, range.Low, range.High);

    private Part Sequence((byte Low, byte High)[] ranges) => from => ranges.Aggregate(from, (at, range) => Range(range)(at));

    private int Minus(int from) => _to.Maybe(from, Word("-"));

    private int Natural(int from, int moreDigits) =>
        _to.Any(from, Word("0"), at => Digits(_to.Byte(at, (byte)'1', (byte)'9'), 0, moreDigits));

    private int Digits(int from, int least, int most) => _to.Repeat(from, least, most, Range(((byte)'0', (byte)'9')));

    private int Fraction(int from) => _to.Maybe(from, at => Digits(_to.Literal(at, "."), 1, MostFraction));

    private int Exponent(int from) => Digits(_to.Maybe(_to.Any(from, OneOf("eeEE")), OneOf("++--")), 1, 2);

    // What has a fraction lies between a whole number and the next one away from zero.
    private IEnumerable<Part> Parts((long Value, bool IsOpen) least, (long Value, bool IsOpen) most)
    {
        yield return at => Integer(at, least.Value + (least.IsOpen ? 1 : 0), most.Value - (most.IsOpen ? 1 : 0));
        foreach (var part in Away(least, most.Value)) yield return part;
        foreach (var part in Away((-most.Value, most.IsOpen), -least.Value)) yield return at => part(_to.Literal(at, "-"));
    }

    private IEnumerable<Part> Away((long Value, bool IsOpen) least, long most)
    {
        var isOpen = least is { IsOpen: true, Value: >= 0 };
        var first = Math.Max(least.Value, 0) + (isOpen ? 1 : 0);
        if (first < most) yield return at => Fraction(new IntegerRange(_to).Natural(at, first, most - 1));
        if (isOpen && least.Value < most) yield return at => SomeFraction(Integer(at, least.Value, least.Value));
    }

    private int SomeFraction(int from) => _to.Any(Digits(_to.Literal(from, "."), 0, MostFraction - 1), OneOf("19"));
}
