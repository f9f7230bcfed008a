using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Models.Tests;

public sealed class AKeptModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Has_int8_matrices_where_they_are_asked_for_and_whole_norms()
    {
        TinyModelFolder.WriteLlama(_folder.Path);

        using var model = Pretrained.Load(_folder.Path, new() { Store = "int8", DType = ScalarType.Float32, Device = "cpu" }).Model;

        Assert.All(model.Weights, pair => Assert.Equal(
            pair.Value.Shape.Count == 2 ? typeof(Int8Weight) : typeof(DenseWeight), pair.Value.GetType()));
    }

    [Fact]
    public void Is_refused_where_nobody_knows_how_to_keep_it()
    {
        TinyModelFolder.WriteLlama(_folder.Path);

        var e = Assert.Throws<ArgumentException>(() => Pretrained.Load(_folder.Path, new() { Store = "int3" }));

        Assert.Contains("'int3'", e.Message, StringComparison.Ordinal);
        Assert.Contains("dense, int8", e.Message, StringComparison.Ordinal);
    }
}
