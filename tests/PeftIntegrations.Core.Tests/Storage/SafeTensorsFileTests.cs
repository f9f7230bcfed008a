using PeftIntegrations.Testing;

namespace PeftIntegrations.Core.Tests;

public sealed class SafeTensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public static IEnumerable<TheoryDataRow<string>> Golden =>
        ReferenceSet.Current.Rows("adapters", ReferenceSet.Current.Files("adapters", "adapter_model.safetensors"));

    public static TheoryData<ScalarType> Types =>
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.ComplexFloat32,
        ScalarType.Int64, ScalarType.Int32, ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool,
    ];

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory, MemberData(nameof(Golden))]
    public void Is_written_byte_for_byte_as_the_reference_writer_does(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        var tensors = file.Tensors.Keys.ToDictionary(key => key, file.Read);

        SafeTensorsFile.Write(_folder["again.safetensors"], tensors, file.Metadata);

        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(_folder["again.safetensors"]));
    }

    [Theory, MemberData(nameof(Types))]
    public void Gives_back_what_was_written_for_every_type(ScalarType dtype)
    {
        var written = new Dictionary<string, Tensor>
        {
            ["matrix"] = arange(24).reshape(4, 6).to(dtype),
            ["across"] = arange(24).reshape(4, 6).to(dtype).t(),
            ["part"] = arange(24).reshape(4, 6).to(dtype)[TensorIndex.Ellipsis, TensorIndex.Slice(1, 4)],
            ["scalar"] = tensor(1).to(dtype),
            ["none"] = empty([0, 3], dtype),
        };

        SafeTensorsFile.Write(_folder["file"], written, new Dictionary<string, string> { ["who"] = "Zoë \"\\\n\u0001 東京" });
        using var file = SafeTensorsFile.Open(_folder["file"]);

        Assert.Equal("Zoë \"\\\n\u0001 東京", file.Metadata["who"]);
        foreach (var (name, tensor) in written)
        {
            Assert.Equal(tensor.shape, file.Read(name).shape);
            Assert.Equal(dtype, file.Read(name).dtype);
            Assert.True(file.Read(name).equal(tensor).all().item<bool>(), name);
        }
    }

    [Fact]
    public void Is_mapped_so_that_a_change_in_place_stays_out_of_the_file()
    {
        SafeTensorsFile.Write(_folder["file"], new Dictionary<string, Tensor> { ["w"] = ones(1000) });
        var before = File.ReadAllBytes(_folder["file"]);

        Tensor read;
        using (var file = SafeTensorsFile.Open(_folder["file"])) read = file.Read("w");
        read.zero_();

        Assert.Equal(0, read.sum().item<float>());
        Assert.Equal(before, File.ReadAllBytes(_folder["file"]));
    }

    [Fact]
    public void Is_read_from_the_file_that_was_opened_even_when_another_has_taken_its_name()
    {
        SafeTensorsFile.Write(_folder["file"], new Dictionary<string, Tensor> { ["w"] = ones(10) });
        using var file = SafeTensorsFile.Open(_folder["file"]);

        SafeTensorsFile.Write(_folder["file"], new Dictionary<string, Tensor> { ["w"] = zeros(10) });

        Assert.Equal(10, file.Read("w").sum().item<float>());
    }

    [Fact]
    public void Reads_tensors_whose_bytes_are_not_aligned()
    {
        byte[] data = [9, .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f), .. BitConverter.GetBytes(7L)];
        var path = FileOf("""
            {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
             "b":{"dtype":"F32","shape":[2],"data_offsets":[1,9]},
             "c":{"dtype":"I64","shape":[],"data_offsets":[9,17]}}
            """u8, data);

        using var file = SafeTensorsFile.Open(path);

        Assert.Equal([1.5f, -2f], file.Read("b").data<float>());
        Assert.Equal(7, file.Read("c").item<long>());
    }

    [Fact]
    public void Can_be_read_on_many_threads()
    {
        ScalarType[] types = [ScalarType.Float32, ScalarType.Int64];
        SafeTensorsFile.Write(_folder["file"], Enumerable.Range(0, 100).ToDictionary(i => $"t{i}", i => full([17], i, types[i % 2])));
        using var file = SafeTensorsFile.Open(_folder["file"]);

        var sums = new double[100];
        Parallel.For(0, 100, i =>
        {
            using var scope = NewDisposeScope();
            sums[i] = file.Read($"t{i}").sum().to(ScalarType.Float64).item<double>();
        });

        Assert.Equal(Enumerable.Range(0, 100).Select(i => 17.0 * i), sums);
    }

    [Fact]
    public void Leaves_no_tensor_behind()
    {
        SafeTensorsFile.Write(_folder["file"], new Dictionary<string, Tensor> { ["w"] = ones(10) });
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        for (var i = 0; i < 100; i++)
        {
            using var scope = NewDisposeScope();
            using var file = SafeTensorsFile.Open(_folder["file"]);
            file.Read("w");
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Names_the_tensors_it_has_when_asked_for_another()
    {
        SafeTensorsFile.Write(_folder["file"], new Dictionary<string, Tensor> { ["w"] = ones(10) });
        using var file = SafeTensorsFile.Open(_folder["file"]);

        var error = Assert.Throws<ArgumentException>(() => file.Read("v"));

        Assert.Contains("no tensor 'v'. It has 1: w", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_which_type_torch_does_not_have()
    {
        using var file = SafeTensorsFile.Open(FileOf("""{"w":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}"""u8, new byte[2]));

        var error = Assert.Throws<InvalidDataException>(() => file.Read("w"));

        Assert.Contains("tensor 'w' is F8_E4M3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_every_tensor_that_cannot_be_written_and_keeps_the_old_file()
    {
        SafeTensorsFile.Write(_folder["file"], new Dictionary<string, Tensor> { ["w"] = ones(10) });
        var before = File.ReadAllBytes(_folder["file"]);
        var tensors = new Dictionary<string, Tensor>
        {
            ["c"] = zeros(2, ScalarType.ComplexFloat64),
            ["s"] = eye(3).to_sparse(),
            ["__metadata__"] = ones(1),
        };

        var error = Assert.Throws<ArgumentException>(() => SafeTensorsFile.Write(_folder["file"], tensors));

        Assert.Contains("tensor 'c' is ComplexFloat64", error.Message, StringComparison.Ordinal);
        Assert.Contains("tensor 's' is sparse", error.Message, StringComparison.Ordinal);
        Assert.Contains("'__metadata__' cannot", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder["file"]));
    }

    private string FileOf(ReadOnlySpan<byte> header, byte[] data) =>
        _folder.Write("bytes.safetensors", [.. BitConverter.GetBytes((long)header.Length), .. header, .. data]);
}
