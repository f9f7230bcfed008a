using PeftIntegrations.Testing;

namespace PeftIntegrations.Core.Tests;

public sealed class GgufFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public static IEnumerable<TheoryDataRow<string>> Models =>
        ReferenceSet.Current.Rows("quantised", ReferenceSet.Current.Files("quantised", "*.gguf"));

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory, MemberData(nameof(Models))]
    public void Holds_a_whole_model(string path)
    {
        using var file = GgufFile.Open(path);

        var embedding = file.Read("token_embd.weight", ScalarType.Float32);

        Assert.Equal("llama", file.Metadata["general.architecture"]);
        Assert.Equal(embedding.shape[0], Assert.IsType<string[]>(file.Metadata["tokenizer.ggml.tokens"]).Length);
        Assert.Equal(embedding.shape[1], Convert.ToInt64(file.Metadata["llama.embedding_length"]));
        ScalarType[] others = [ScalarType.BFloat16, ScalarType.Float16, ScalarType.Float64];
        Assert.All(file.Tensors.Keys, name => Assert.All(others, type =>
            Assert.True(file.Read(name, type).equal(file.Read(name, ScalarType.Float32).to(type)).all().item<bool>())));
    }

    [Fact]
    public void Gives_metadata_of_every_type()
    {
        var bytes = new GgufBytes()
            .With("u8", 0, 200).With("i8", 1, 200).With("u16", 2, 1, 2).With("i16", 3, 0xFF, 0xFF)
            .With("u32", 4, 1, 0, 0, 0).With("i32", 5, 0xFF, 0xFF, 0xFF, 0xFF).With("f32", 6, BitConverter.GetBytes(1.5f))
            .With("bool", 7, 1).With("text", 8, GgufBytes.Text("Zoë")).With("u64", 10, BitConverter.GetBytes(ulong.MaxValue))
            .With("i64", 11, BitConverter.GetBytes(-5L)).With("f64", 12, BitConverter.GetBytes(0.1))
            .With("texts", 9, [8, 0, 0, 0, .. BitConverter.GetBytes(2UL), .. GgufBytes.Text("a"), .. GgufBytes.Text("")])
            .With("floats", 9, [6, 0, 0, 0, .. BitConverter.GetBytes(2UL), .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f)])
            .With("bools", 9, [7, 0, 0, 0, .. BitConverter.GetBytes(2UL), 0, 1])
            .With("nested", 9, [9, 0, 0, 0, .. BitConverter.GetBytes(1UL), 0, 0, 0, 0, .. BitConverter.GetBytes(2UL), 7, 8]);

        using var file = GgufFile.Open(_folder.Write("m.gguf", bytes.Build()));

        object[] scalars = [(byte)200, (sbyte)-56, (ushort)513, (short)-1, 1u, -1, 1.5f, true, "Zoë", ulong.MaxValue, -5L, 0.1];
        Assert.Equal(scalars, file.Metadata.Values.Take(12));
        Assert.Equal(["a", ""], Assert.IsType<string[]>(file.Metadata["texts"]));
        Assert.Equal([1f, 2f], Assert.IsType<float[]>(file.Metadata["floats"]));
        Assert.Equal([false, true], Assert.IsType<bool[]>(file.Metadata["bools"]));
        Assert.Equal((byte[])[7, 8], Assert.IsType<byte[]>(Assert.IsType<object[]>(file.Metadata["nested"]).Single()));
    }

    [Fact]
    public void Reads_a_large_tensor_in_parts()
    {
        var numbers = Enumerable.Range(0, 200_003).Select(i => (float)i).ToArray();
        var bytes = new GgufBytes { Content = [.. numbers.SelectMany(BitConverter.GetBytes)] }.Tensor("w", 0, 0, (ulong)numbers.Length);
        var path = _folder.Write("w.gguf", bytes.Build());

        using var file = GgufFile.Open(path);
        var read = file.Read("w", ScalarType.Float64);

        Assert.True(read.equal(tensor(numbers).to(ScalarType.Float64)).all().item<bool>());
    }

    [Fact]
    public void Reads_scalars_and_empty_tensors_and_other_alignments()
    {
        byte[] numbers = [.. BitConverter.GetBytes(1f), 0, 0, 0, 0, .. BitConverter.GetBytes(2f)];
        var bytes = new GgufBytes { Version = 2, Alignment = 8, Content = numbers }
            .With("general.alignment", 4, 8, 0, 0, 0).Tensor("a", 0, 0).Tensor("none", 0, 8, 3, 0).Tensor("b", 0, 8, 1, 1);

        using var file = GgufFile.Open(_folder.Write("w.gguf", bytes.Build()));

        Assert.Equal(1, file.Read("a", ScalarType.Float32).item<float>());
        Assert.Equal([0, 3], file.Read("none", ScalarType.Float32).shape);
        Assert.Equal(2, file.Read("b", ScalarType.Float64).item<double>());
    }

    [Fact]
    public void Says_what_it_has_when_asked_for_what_it_has_not()
    {
        using var file = GgufFile.Open(_folder.Write("w.gguf", new GgufBytes { Content = new byte[4] }.Tensor("w", 0, 0).Build()));

        var noTensor = Assert.Throws<ArgumentException>(() => file.Read("v", ScalarType.Float32));
        var noType = Assert.Throws<ArgumentException>(() => file.Read("w", ScalarType.Int64));

        Assert.Contains("no tensor 'v'. It has 1: w", noTensor.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read as Int64, only as Float32", noType.Message, StringComparison.Ordinal);
    }
}
