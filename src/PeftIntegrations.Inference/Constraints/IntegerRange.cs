using System.Globalization;

namespace PeftIntegrations.Inference;

/// <summary>The decimal texts of the integers between two bounds, exactly: no leading zero, no minus zero.</summary>
internal sealed class IntegerRange(GrammarBuilder to)
{
    public int Between(int from, long least, long most) => to.Any(from, Signed(least, most));

    /// <summary>The texts from <paramref name="least"/> to <paramref name="most"/>, neither of them negative.</summary>
    public int Natural(int from, long least, long most) => to.Any(from, ByLength(least, most));

    private IEnumerable<Part> Signed(long least, long most)
    {
        if (most >= 0) yield return at => Natural(at, Math.Max(least, 0), most);
        if (least < 0) yield return at => Natural(to.Literal(at, "-"), Math.Max(-most, 1), -least);
    }

    private IEnumerable<Part> ByLength(long least, long most)
    {
        for (var (low, next) = (0L, 10L); low <= most; (low, next) = (next, next * 10))
        {
            var (first, last) = (Math.Max(low, least), Math.Min(next - 1, most));
            if (first <= last) yield return at => SameLength(at, Text(first), Text(last));
        }
    }

    private int SameLength(int from, string least, string most)
    {
        if (least.All(digit => digit == '0') && most.All(digit => digit == '9'))
        {
            return to.Repeat(from, least.Length, least.Length, at => to.Byte(at, (byte)'0', (byte)'9'));
        }

        var (first, last, rest) = (least[0], most[0], least.Length - 1);
        if (first == last) return SameLength(to.Literal(from, least[..1]), least[1..], most[1..]);

        return to.Any(from, Cut());

        IEnumerable<Part> Cut()
        {
            var (zeros, nines) = (new string('0', rest), new string('9', rest));
            yield return at => SameLength(to.Literal(at, least[..1]), least[1..], nines);
            yield return at => SameLength(to.Literal(at, most[..1]), zeros, most[1..]);
            if (last - first > 1) yield return at => SameLength(to.Byte(at, (byte)(first + 1), (byte)(last - 1)), zeros, nines);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
