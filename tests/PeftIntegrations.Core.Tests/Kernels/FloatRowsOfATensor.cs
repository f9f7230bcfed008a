namespace PeftIntegrations.Core.Tests;

public sealed class FloatRowsOfATensor
{
    [Theory, InlineData(ScalarType.Float32), InlineData(ScalarType.BFloat16)]
    public void Are_read_and_written_as_libtorch_would(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var source = (randn(2, 3, 37, device: CPU) * 100).to(type); // 37: whole vectors and a rest
        var target = zeros_like(source);

        Triple(source, target);

        Assert.Equal(0, (target - (source.to(ScalarType.Float32) * 3).to(type)).abs().max().to(ScalarType.Float32).item<float>());
    }

    [Fact]
    public void Are_those_of_a_part_where_the_part_lies()
    {
        using var scope = NewDisposeScope();
        var whole = arange(40, dtype: ScalarType.Float32, device: CPU).view(8, 5);

        var rows = new FloatRows(whole.narrow(0, 3, 2));

        Assert.Equal([15, 16, 17, 18, 19], rows.Read(0, []).ToArray());
        Assert.Equal(2, rows.Count);
    }

    [Fact]
    public void Round_what_is_no_number_or_too_large_as_libtorch_does()
    {
        using var scope = NewDisposeScope();
        float[] odd =
        [
            float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue,
            float.Epsilon, -0f, 1.00390625f, 1.01171875f,
        ];
        var wide = tensor(odd.Concat(odd).Concat(odd).ToArray(), device: CPU);
        var narrow = new ushort[wide.numel()];

        BFloat16.Narrow(wide.data<float>().ToArray(), narrow);

        var expected = wide.to(ScalarType.BFloat16).to(ScalarType.Float32).data<float>().ToArray();
        Assert.Equal(expected, narrow.Select(BFloat16.Widen).ToArray());
    }

    [Fact]
    public void Begin_where_their_tensor_does_and_not_where_its_memory_does()
    {
        using var scope = NewDisposeScope();
        var all = randn(4, 3, 5, device: CPU);
        var start = FloatRows.Address(all);

        Assert.Equal(start + 15 * sizeof(float), FloatRows.Address(all.narrow(0, 1, 2)));
        Assert.Equal(start + 5 * sizeof(float), FloatRows.Address(all.narrow(1, 1, 2)));
    }

    [Fact]
    public void Are_not_for_what_lies_elsewhere_in_memory()
    {
        using var scope = NewDisposeScope();

        Assert.False(FloatRows.Serves(zeros(3, 4, device: CPU).t()));
        Assert.False(FloatRows.Serves(zeros(3, 4, dtype: ScalarType.Float64, device: CPU)));
        Assert.False(FloatRows.Serves(zeros(3, 4, device: META)));
    }

    private static void Triple(Tensor source, Tensor target)
    {
        var (from, to) = (new FloatRows(source), new FloatRows(target));
        var scratch = new float[2 * from.Length];
        for (var row = 0; row < from.Count; row++)
        {
            var read = from.Read(row, scratch);
            var written = to.Open(row, scratch.AsSpan(from.Length));
            System.Numerics.Tensors.TensorPrimitives.Multiply(read, 3, written);
            to.Close(row, written);
        }
    }
}
