using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Core.Tests;

public sealed class AnInt8ProductWeight
{
    private const int Outputs = 37; // two whole panels, and a part of one
    private const int Few = 3; // rows that are multiplied by blocks as they lie

    public static TheoryData<string, int> Grid =>
    [
        .. from name in (string[])["Q4_0", "Q4_1", "Q8_0", "Q4_K", "Q6_K"]
           from length in (int[])[32, 96, 256, 576, 1536]
           where length % ((GgufBlockType)GgufType.Named(name)).Elements == 0
           select (name, length),
    ];

    [Theory, MemberData(nameof(Grid))]
    public void Multiplies_rounded_inputs_by_the_numbers_of_its_blocks(string name, int length)
    {
        Assert.SkipUnless(Avx2.IsSupported, "this processor multiplies no bytes in this way");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (weight, bias) = (Random(name, length), randn(Outputs));

        foreach (var rows in (long[])[1, 2, 3, 4, 5, 7, 33])
        {
            var x = randn(rows, length) * randn(rows, length).exp(); // some are much larger than others
            x[0, 0] = 1000;
            var isExact = rows > Few && name is "Q8_0" or "Q6_K"; // of more than four bits
            var taken = isExact ? x.to(ScalarType.Float64) : Rounded(x);
            var expected = nn.functional.linear(taken, weight.Read().to(ScalarType.Float64), bias.to(ScalarType.Float64));

            var difference = (weight.Multiply(x, bias) - expected).abs().max() / expected.abs().max();

            Assert.True(difference.item<double>() < 1e-5, $"{rows} rows: {difference.item<double>():g3}");
        }
    }

    [Theory, InlineData("Q4_0"), InlineData("Q4_1"), InlineData("Q8_0"), InlineData("Q4_K"), InlineData("Q6_K")]
    public void Holds_the_largest_sums_of_either_sign(string name)
    {
        Assert.SkipUnless(Avx2.IsSupported, "this processor multiplies no bytes in this way");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        const int length = 512;
        foreach (var fill in (byte[])[0x00, 0x7F, 0x80, 0x88, 0xFF])
        {
            var weight = new Int8ProductWeight(Stored(name, length, bytes => Array.Fill(bytes, fill)));
            var x = cat([ones(3, length), -ones(1, length), zeros(1, length)]) * 7.5f; // rounded without a rest
            var expected = nn.functional.linear(x.to(ScalarType.Float64), weight.Read().to(ScalarType.Float64));

            foreach (var (first, count) in ((long, long)[])[(0, 5), (0, 1), (3, 1), (4, 1)])
            {
                var off = weight.Multiply(x.narrow(0, first, count), null) - expected.narrow(0, first, count);
                var difference = (off.abs().max() / (expected.abs().max() + x.abs().max() * length)).item<double>();
                Assert.True(difference < 1e-5, $"{fill:x} in {count} rows from {first}: {difference:g3}");
            }
        }
    }

    [Theory, InlineData(float.NaN, 1), InlineData(float.PositiveInfinity, 1)]
    [InlineData(float.NaN, 6), InlineData(float.NegativeInfinity, 6)]
    public void Hides_no_number_that_is_none(float number, int rows)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var weight = Random("Q4_1", 96);
        var x = randn(rows, 96);
        x[rows - 1, 40] = number;

        var y = weight.Multiply(x, null);

        Assert.False(y[rows - 1].isfinite().any().item<bool>());
        Assert.True(rows == 1 || y.narrow(0, 0, rows - 1).isfinite().all().item<bool>());
    }

    [Theory, InlineData(1e-44f), InlineData(1e-36f), InlineData(1e-34f), InlineData(1e34f)]
    public void Takes_inputs_at_the_ends_of_the_range(float size)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var weight = Random("Q4_1", 96);
        var x = full(5, 96, size);

        var y = weight.Multiply(x, null).to(ScalarType.Float64);

        var expected = nn.functional.linear(x.to(ScalarType.Float64), weight.Read().to(ScalarType.Float64));
        Assert.True((y - expected).abs().max().item<double>() < 1e-33 + 1e-4 * 96 * size); // the smallest become zero
    }

    [Fact]
    public void Gives_the_type_of_its_input_and_any_number_of_dimensions()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var weight = Random("Q4_1", 96);
        var x = randn(2, 9, 96).to(ScalarType.BFloat16);

        var y = weight.Multiply(x, randn(Outputs).to(ScalarType.BFloat16));

        Assert.Equal(ScalarType.BFloat16, y.dtype);
        Assert.Equal([2, 9, Outputs], y.shape);
        Assert.Equal([0, Outputs], weight.Multiply(empty(0, 96), null).shape);
    }

    [Fact]
    public void Rounds_nothing_while_gradients_are_asked_for()
    {
        using var scope = NewDisposeScope();
        var stored = Stored("Q4_1", 96, new Random(1).NextBytes);
        var weight = new Int8ProductWeight(stored);
        var (x, own) = (randn(5, 96, requires_grad: true), randn(5, 96));
        var twin = x.detach().requires_grad_();

        weight.Multiply(x, null).square().sum().backward();

        stored.Multiply(twin, null).square().sum().backward();
        Assert.True(x.grad!.allclose(twin.grad!, rtol: 0, atol: 0));
        Assert.True(weight.Multiply(own, null).allclose(stored.Multiply(own, null), rtol: 0, atol: 0)); // below what is learnt
        Assert.True(weight.Product(own, null).allclose(stored.Product(own, null), rtol: 0, atol: 0));
    }

    [Theory, InlineData("Q5_0"), InlineData("dense")]
    public void Is_what_it_keeps_where_nothing_takes_bytes_out_of_it(string name)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        FrozenWeight stored = name == "dense" ? new DenseWeight(randn(Outputs, 96)) : Stored(name, 96, new Random(1).NextBytes);
        var x = randn(5, 96);

        var y = new Int8ProductWeight(stored).Multiply(x, null);

        Assert.True(y.allclose(stored.Multiply(x, null), rtol: 0, atol: 0));
    }

    private static Int8ProductWeight Random(string name, int length) => new(Stored(name, length, new Random(1).NextBytes));

    private static GgufWeight Stored(string name, int length, Action<byte[]> fill)
    {
        var type = (GgufBlockType)GgufType.Named(name);
        var bytes = new byte[Outputs * length / type.Elements * type.Bytes];
        fill(bytes);
        foreach (var place in name switch { "Q4_0" or "Q8_0" or "Q5_0" => (int[])[0], "Q6_K" => [208], _ => [0, 2] })
        {
            for (var block = 0; block < bytes.Length; block += type.Bytes)
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(block + place), (Half)(0.25 + block % 7 * 0.125)); // half-precision scales
            }
        }

        return new(name, tensor(bytes, device: CPU).view(Outputs, -1), ScalarType.Float32);
    }

    // The definition: each thirty-two numbers are whole multiples of 1/127 of the largest.
    private static Tensor Rounded(Tensor x)
    {
        var parts = x.view(-1, BlockInput.Part);
        var scale = parts.abs().amax([1L], keepdim: true) / sbyte.MaxValue;
        return ((parts * scale.reciprocal()).round().to(ScalarType.Float64) * scale.to(ScalarType.Float64)).view(x.shape);
    }
}
