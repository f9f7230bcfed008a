using System.Numerics;
using System.Runtime.CompilerServices;

namespace PeftIntegrations.Core;

/// <summary>Checks a value where it enters; each message names the thing, the value, the limit and the way out.</summary>
public static class Guard
{
    /// <summary><paramref name="value"/>, if it is a number of at least <paramref name="least"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less, or not a number.</exception>
    public static T AtLeast<T>(T least, T value, string remedy, [CallerMemberName] string name = "") where T : INumber<T> => value >= least
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least {least}. {remedy}");

    /// <summary><paramref name="value"/>, if it is finite and greater than <paramref name="limit"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static double Above(double limit, double value, string remedy, [CallerMemberName] string name = "") =>
        value > limit && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be finite and above {limit}. {remedy}");

    /// <summary><paramref name="value"/>, if <paramref name="from"/> ≤ value ≤ <paramref name="to"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies outside, or is not a number.</exception>
    public static T Within<T>(T from, T to, T value, string remedy, [CallerMemberName] string name = "") where T : INumber<T> =>
        value >= from && value <= to
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must lie between {from} and {to}. {remedy}");

    /// <summary><paramref name="value"/>, if each of its values passes <paramref name="check"/>, which is told what to call it.</summary>
    public static IReadOnlyDictionary<string, T> Each<T>(
        IReadOnlyDictionary<string, T> value, Func<T, string, T> check, [CallerMemberName] string name = "")
    {
        foreach (var (key, item) in value) check(item, $"{name} of '{key}'");
        return value;
    }

    /// <summary><paramref name="value"/>, if it has at least one item.</summary>
    /// <exception cref="ArgumentException">It is null or empty.</exception>
    public static IReadOnlyList<T> NotEmpty<T>(IReadOnlyList<T> value, string remedy, [CallerMemberName] string name = "") =>
        value is { Count: > 0 }
        ? value
        : throw new ArgumentException($"{name} is empty. {remedy}", name);
}
