using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Models.Tests;

public sealed class EveryFastBlock
{
    public static TheoryData<long, long, bool, ScalarType> Texts =>
    [
        .. from text in new[] { (1L, 6L, false), (2, 130, false), (3, 300, false), (2, 6, true), (3, 150, true) }
           from type in new[] { ScalarType.Float64, ScalarType.Float32, ScalarType.BFloat16 }
           select (text.Item1, text.Item2, text.Item3, type),
    ];

    [Theory, MemberData(nameof(Texts))]
    public void Attends_as_its_plain_twin(long rows, long seq, bool padded, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var keys = padded ? arange(seq).unsqueeze(0).lt(seq - arange(rows).unsqueeze(1)) : null; // row i ends with i pads
        var mask = new AttentionMask(keys, Causal: true);
        Qkv Of(Tensor[] x) => new(x[0], x[1], x[2], mask);

        var difference = Twins.Difference(
            x => BlockedAttention.Of(Of(x)), x => Attention.Plain(Of(x)),
            Twins.Leaf(type, rows, 6, seq, 8), Twins.Leaf(type, rows, 2, seq, 8), Twins.Leaf(type, rows, 2, seq, 8));

        Assert.True(difference < Twins.Rounding(type), $"{difference}");
    }

    public static TheoryData<long, long, long, bool, bool> Tiles =>
    [
        .. from text in new[] { (1L, 2L, 2L), (2, 6, 9), (3, 130, 130), (2, 61, 300), (1, 300, 300) }
           from kind in new[] { (false, false), (false, true), (true, false), (true, true) }
           select (text.Item1, text.Item2, text.Item3, kind.Item1, kind.Item2),
    ];

    [Theory, MemberData(nameof(Tiles))]
    public void Attends_in_tiles_as_its_plain_twin(long rows, long seq, long keys, bool padded, bool causal)
    {
        using var scope = NewDisposeScope();
        var real = padded ? arange(keys).unsqueeze(0).lt(keys - arange(rows).unsqueeze(1)) : null; // row i ends with i pads
        var mask = new AttentionMask(real, causal);
        Qkv Of(Tensor[] x) => new(x[0].transpose(1, 2), x[1], x[2].transpose(1, 2), mask);
        foreach (var headDim in (long[])[16, 48])
        {
            Tensor[] leaves =
            [
                Twins.Leaf(ScalarType.Float32, rows, seq, 6, headDim), Twins.Leaf(ScalarType.Float32, rows, 2, keys, headDim),
                Twins.Leaf(ScalarType.Float32, rows, keys, 2, headDim),
            ];
            Assert.Equal(!System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated, TiledAttention.Serves(Of(leaves)));

            var difference = Twins.Difference(x => TiledAttention.Of(Of(x)), x => Attention.Plain(Of(x)), leaves);

            Assert.True(difference < Twins.Rounding(ScalarType.Float32), $"{headDim}: {difference}");
        }
    }

    [Fact]
    public void Attends_in_tiles_behind_a_cache_that_begins_with_padding()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var cache = new KeyValueCache(200);
        cache.Append(0, randn(2, 2, 40, 32), randn(2, 2, 40, 32));
        cache.Advance(40);
        var (k, v) = cache.Append(0, randn(2, 2, 70, 32), randn(2, 2, 70, 32));
        var real = arange(110).unsqueeze(0).ge(tensor((long[])[0, 50]).unsqueeze(1)); // ten queries of the second text are padding
        var x = new Qkv(randn(2, 4, 70, 32), k, v, new AttentionMask(real, Causal: true));

        var (tiled, plain) = (TiledAttention.Of(x), Attention.Plain(x));

        Assert.True(tiled.narrow(2, 10, 60).allclose(plain.narrow(2, 10, 60), rtol: 1e-5, atol: 1e-5));
        Assert.True(tiled.isfinite().all().item<bool>());
    }

    [Theory, InlineData(1, 5, false), InlineData(3, 9, true), InlineData(2, 300, true)]
    public void Attends_from_one_token_as_its_plain_twin(long rows, long keys, bool padded)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var real = padded ? arange(keys).unsqueeze(0).ge(arange(rows).unsqueeze(1)) : null; // row i begins with i pads
        foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            var q = (randn(rows, 6, 1, 20) * 10).to(type);
            using var cache = new KeyValueCache((int)keys + 7);
            var (k, v) = cache.Append(0, randn(rows, 2, keys, 20).to(type), randn(rows, 2, keys, 20).to(type));
            var x = new Qkv(q, k, v, new AttentionMask(real, Causal: true));
            Assert.True(OneQuery.Serves(x));

            var difference = (OneQuery.Attend(x) - Attention.Plain(x)).abs().max().to(ScalarType.Float32).item<float>();

            Assert.True(difference < (type == ScalarType.BFloat16 ? 3e-2 : 1e-5), $"{type}: {difference}");
        }
    }

    [Fact]
    public void Attends_within_packed_documents_as_its_plain_twin()
    {
        using var scope = NewDisposeScope();
        var documents = new PackedDocuments([[100, 130, 20, 50], [3, 280], [300]]); // the last tokens of the second row are padding
        var tokens = new TokenBatch(zeros(3, 300, dtype: ScalarType.Int64)) { Documents = documents };
        var mask = AttentionMask.Of(tokens, causal: true);
        Qkv Of(Tensor[] x) => new(x[0], x[1], x[2], mask);

        var difference = Twins.Difference(
            x => BlockedAttention.Of(Of(x)), x => Attention.Plain(Of(x)),
            Twins.Leaf(3, 6, 300, 8), Twins.Leaf(3, 2, 300, 8), Twins.Leaf(3, 2, 300, 8));

        var tiled = Twins.Difference(
            x => TiledAttention.Of(Of(x)), x => Attention.Plain(Of(x)),
            Twins.Leaf(ScalarType.Float32, 3, 6, 300, 16), Twins.Leaf(ScalarType.Float32, 3, 2, 300, 16),
            Twins.Leaf(ScalarType.Float32, 3, 2, 300, 16));

        Assert.True(difference < 1e-12, $"{difference}");
        Assert.True(tiled < Twins.Rounding(ScalarType.Float32), $"{tiled}");
        Assert.Equal<long>([0, 0, 0], [mask.FirstSeenFrom(0), mask.FirstSeenFrom(128), mask.FirstSeenFrom(256)]);
        Assert.Equal(230, new PackedDocuments([[100, 130, 20], [120, 110, 70]]).FirstSeenFrom(240));
    }

    [Theory]
    [InlineData(ScalarType.Float64, false), InlineData(ScalarType.Float32, false), InlineData(ScalarType.BFloat16, false)]
    [InlineData(ScalarType.Float32, true)]
    public void Rotates_as_its_plain_twin(ScalarType type, bool transposed)
    {
        using var scope = NewDisposeScope();
        var angles = randn(2, 1, 50, 12, dtype: type);
        var (cos, sin) = (cat([angles, angles], -1).cos(), cat([angles, angles], -1).sin());
        Tensor Of(Tensor x) => transposed ? x.transpose(1, 2) : x;

        var difference = Twins.Difference(
            x => TurnedHalves.Of(Of(x[0]), cos, sin), x => Rotary.Plain(Of(x[0]), cos, sin),
            transposed ? Twins.Leaf(type, 2, 50, 30, 24) : Twins.Leaf(type, 2, 30, 50, 24));

        Assert.True(difference < Twins.Rounding(type), $"{difference}");
    }

    [Theory, InlineData(ScalarType.Float64), InlineData(ScalarType.Float32), InlineData(ScalarType.BFloat16)]
    public void Gates_as_its_plain_twin(ScalarType type)
    {
        using var scope = NewDisposeScope();

        var difference = Twins.Difference(
            x => GatedSilu.Of(x[0], x[1]), x => nn.functional.silu(x[0]) * x[1],
            Twins.Leaf(type, 40, 9, 51), Twins.Leaf(type, 40, 9, 51));

        Assert.True(difference < Twins.Rounding(type), $"{difference}");
    }

    [Fact]
    public void Gates_far_numbers_as_its_plain_twin_and_keeps_what_is_none()
    {
        using var scope = NewDisposeScope();
        var far = tensor((float[])[float.NaN, float.PositiveInfinity, 0, 1e-30f], device: CPU);
        var gate = cat([linspace(-120, 120, 2001, device: CPU), far]);

        var y = SiluRows.Gate(gate.unsqueeze(0), ones(1, gate.shape[0], device: CPU))[0];

        Assert.True(y.allclose(nn.functional.silu(gate), rtol: 1e-6, atol: 1e-30, equal_nan: true));
    }
}
