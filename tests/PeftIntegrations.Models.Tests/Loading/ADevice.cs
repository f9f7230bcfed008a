using PeftIntegrations.Testing;

namespace PeftIntegrations.Models.Tests;

public sealed class ADevice : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cuda")]
    [InlineData("cuda:7")]
    public void That_is_not_there_is_an_error_with_the_way_out(string name)
    {
        Assert.SkipWhen(cuda.is_available(), "This machine has a GPU.");
        TinyModelFolder.WriteLlama(_folder.Path);

        var e = Assert.Throws<ArgumentException>(() => Pretrained.Load(_folder.Path, new() { Device = name }));

        Assert.Contains($"'{name}'", e.Message, StringComparison.Ordinal);
        Assert.Contains("PeftTorchBackend=cuda", e.Message, StringComparison.Ordinal);
        Assert.Contains("FallbackToCpu", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void That_is_not_there_may_fall_back_to_the_processor()
    {
        TinyModelFolder.WriteLlama(_folder.Path);

        using var model = Pretrained.Load(_folder.Path, new() { Device = "cuda:1000", FallbackToCpu = true }).Model;

        Assert.Equal(DeviceType.CPU, model.Device.type);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("")]
    public void That_is_no_device_is_an_error_with_the_known_ones(string name)
    {
        TinyModelFolder.WriteLlama(_folder.Path);

        var e = Assert.Throws<ArgumentException>(() => Pretrained.Load(_folder.Path, new() { Device = name, FallbackToCpu = true }));

        Assert.Contains($"'{name}'", e.Message, StringComparison.Ordinal);
        Assert.Contains("auto, cpu, cuda", e.Message, StringComparison.Ordinal);
    }
}
