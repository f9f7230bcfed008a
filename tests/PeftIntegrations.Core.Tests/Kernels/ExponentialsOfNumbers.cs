namespace PeftIntegrations.Core.Tests;

public sealed class ExponentialsOfNumbers
{
    [Theory, InlineData(1), InlineData(8), InlineData(37), InlineData(4096)]
    public void Are_of_scaled_and_shifted_numbers_and_summed(int count)
    {
        float[] numbers = [.. Enumerable.Range(0, count).Select(i => 10 - 90f * i / count)];
        var expected = Array.ConvertAll(numbers, x => Math.Exp(0.9f * (double)x - 0.5f));

        var sum = Exponential.Sum(numbers, 0.9f, 0.5f);

        Assert.All(numbers.Zip(expected), pair => Assert.InRange(pair.First / pair.Second, 1 - 1e-5, 1 + 1e-5)); // 0.9·x is rounded too
        Assert.InRange(sum / expected.Sum(), 1 - 1e-5, 1 + 1e-5);
    }

    [Fact]
    public void Are_right_to_three_parts_in_ten_million()
    {
        float[] numbers = [.. Enumerable.Range(0, 5000).Select(i => 88 - 175f * i / 5000)];
        var expected = Array.ConvertAll(numbers, x => Math.Exp(x));

        Exponential.Sum(numbers, 1, 0);

        Assert.All(numbers.Zip(expected), pair => Assert.InRange(pair.First / pair.Second, 1 - 3e-7, 1 + 3e-7));
    }

    [Fact]
    public void Are_nothing_far_below_and_no_number_where_there_was_none()
    {
        float[] numbers = [float.NegativeInfinity, float.MinValue / 2, -88, 0, 88, 1000, float.NaN, 1, float.NaN];

        Exponential.Sum(numbers, 1, 0);

        Assert.Equal([0, 0, 0, 1], numbers[..4]);
        Assert.All(numbers[4..6], number => Assert.True(number > 1e38));
        Assert.Equal([float.NaN, float.NaN], [numbers[6], numbers[8]]);
    }
}
