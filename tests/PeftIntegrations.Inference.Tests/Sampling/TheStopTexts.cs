using System.Text;

namespace PeftIntegrations.Inference;

public sealed class TheStopTexts
{
    [Fact]
    public void End_the_text_before_a_stop_string_cut_over_pieces()
    {
        var stops = new StopTexts("</s>", "\nUser:");

        string[] shown = [stops.Push("Hello\nUs"), stops.Push("e"), stops.Push("r: no"), stops.Push("more"), stops.Flush()];

        Assert.Equal(["Hello", "", "", "", ""], shown);
    }

    [Fact]
    public void Hold_back_no_more_than_what_may_begin_a_stop_string()
    {
        var stops = new StopTexts("abcd", "cx");

        string[] shown = [stops.Push("zab"), stops.Push("c"), stops.Push("e"), stops.Push("xyz")];

        Assert.Equal(["z", "", "abce", "xyz"], shown);
        Assert.False(stops.Stopped);
    }

    [Fact]
    public void Give_back_what_they_held_when_the_text_ends()
    {
        var stops = new StopTexts("STOP");

        Assert.Equal("a", stops.Push("aSTO"));
        Assert.Equal("STO", stops.Flush());
        Assert.Equal("P", stops.Push("P")); // a new text
    }

    [Theory]
    [InlineData("xabcd", "x", "abcd", "bcd")] // complete at one character: the longest
    [InlineData("xabcd", "xa", "abcd", "bc")] // complete first
    [InlineData("aaab", "a", "aab")]
    public void Stop_at_the_string_that_is_complete_first(string text, string expected, params string[] stops)
    {
        var watch = new StopTexts(stops);

        Assert.Equal(expected, watch.Push(text));
        Assert.True(watch.Stopped);
    }

    [Fact]
    public void Let_everything_through_where_there_is_none() => Assert.Equal("text", new StopTexts().Push("text"));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void Refuse_an_empty_stop_string(string? stop) => Assert.Throws<ArgumentException>(() => new StopTexts("a", stop!));

    [Fact]
    public void Give_what_a_naive_search_gives_however_the_text_is_cut()
    {
        var random = new Random(1);
        for (var round = 0; round < 20_000; round++)
        {
            string[] stops = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Letters(random, random.Next(1, 6)))];
            var (text, shown, watch) = (Letters(random, random.Next(0, 30)), new StringBuilder(), new StopTexts(stops));
            var expected = Naive(text, stops);

            for (var at = 0; at < text.Length;)
            {
                var length = Math.Min(random.Next(0, 5), text.Length - at);
                shown.Append(watch.Push(text.Substring(at, length)));
                at += length;
                Assert.StartsWith(shown.ToString(), expected.Shown, StringComparison.Ordinal);
                if (!watch.Stopped) Assert.Equal(at - LongestBeginning(text[..at], stops), shown.Length); // no more held back than needed
            }

            Assert.Equal(expected.Stopped, watch.Stopped);
            Assert.Equal(expected.Shown, shown.Append(watch.Flush()).ToString());
        }
    }

    [Fact]
    public void Take_time_that_is_linear_in_the_text()
    {
        var (stops, shown) = (new StopTexts(new string('a', 100_000) + "b"), 0);

        for (var i = 0; i < 400_000; i++) shown += stops.Push("a").Length; // rescanning what is held back would take hours

        Assert.Equal(300_000, shown);
    }

    private static string Letters(Random random, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => "abc"[random.Next(3)]));

    private static (string Shown, bool Stopped) Naive(string text, string[] stops)
    {
        for (var end = 1; end <= text.Length; end++)
        {
            var ending = stops.Where(stop => text[..end].EndsWith(stop, StringComparison.Ordinal)).ToArray();
            if (ending.Length > 0) return (text[..(end - ending.Max(stop => stop.Length))], true);
        }

        return (text, false);
    }

    private static int LongestBeginning(string text, string[] stops) => Enumerable.Range(0, text.Length + 1)
        .Last(length => length == 0 || stops.Any(stop => stop.StartsWith(text[^length..], StringComparison.Ordinal)));
}
