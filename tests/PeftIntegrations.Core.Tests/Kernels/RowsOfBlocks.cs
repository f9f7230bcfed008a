namespace PeftIntegrations.Core.Tests;

public sealed class RowsOfBlocks
{
    private const int Outputs = 37;

    /// <summary>Types, and where their blocks have half-precision scales.</summary>
    public static TheoryData<string, int[]> Types => new()
    {
        { "Q4_0", [0] }, { "Q4_1", [0, 2] }, { "Q8_0", [0] }, { "Q4_K", [0, 2] }, { "Q6_K", [208] }, // vector code
        { "Q5_0", [0] }, { "Q5_K", [0, 2] }, // decoded
    };

    [Theory, MemberData(nameof(Types))]
    public void Are_read_as_their_definition_says(string name, int[] scales)
    {
        var type = (GgufBlockType)GgufType.Named(name);
        var blocks = Random(type, 5, scales);
        var (read, defined) = (new float[5 * type.Elements], new float[5 * type.Elements]);

        type.Decode(blocks, read);

        type.DecodeEach(blocks, defined);
        Assert.Equal(defined, read);
    }

    [Theory, MemberData(nameof(Types))]
    public void Are_multiplied_as_the_numbers_they_hold(string name, int[] scales)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var type = (GgufBlockType)GgufType.Named(name);
        const int length = 512;
        var blocks = tensor(Random(type, Outputs * length / type.Elements, scales), device: CPU).view(Outputs, -1);
        var weight = new GgufWeight(name, blocks, ScalarType.Float32);
        var (bias, dense) = (randn(Outputs), weight.Read().to(ScalarType.Float64));

        foreach (var rows in (long[])[1, 3, 8])
        {
            var x = randn(rows, length) * randn(rows, length).exp(); // some are much larger than others
            var expected = nn.functional.linear(x.to(ScalarType.Float64), dense, bias.to(ScalarType.Float64));

            var difference = (weight.Multiply(x, bias) - expected).abs().max() / expected.abs().max();

            Assert.True(difference.item<double>() < 3e-6, $"{rows} rows: {difference.item<double>():g3}");
        }
    }

    [Fact]
    public void Give_rows_of_an_embedding()
    {
        using var scope = NewDisposeScope();
        var type = (GgufBlockType)GgufType.Named("Q8_0");
        var weight = new GgufWeight("Q8_0", tensor(Random(type, 6 * 2, [0]), device: CPU).view(6, -1), ScalarType.BFloat16);
        var ids = tensor((long[])[5, 0, 0, 3], device: CPU);

        var rows = weight.ReadRows(ids);

        Assert.True(rows.allclose(weight.Read().index_select(0, ids), rtol: 0, atol: 0));
    }

    private static byte[] Random(GgufBlockType type, int count, int[] scales)
    {
        var random = new Random(1);
        var bytes = new byte[count * type.Bytes];
        random.NextBytes(bytes);
        for (var block = 0; block < count; block++)
        {
            foreach (var place in scales)
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(block * type.Bytes + place), (Half)(random.NextDouble() - 0.5));
            }
        }

        return bytes;
    }
}
