namespace PeftIntegrations.Core.Tests;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void Describes_itself_in_one_line()
    {
        var description = TorchRuntime.Description;

        Assert.StartsWith("libtorch 2.10", description, StringComparison.Ordinal);
        Assert.EndsWith($"{TorchRuntime.Threads} threads", description, StringComparison.Ordinal);
    }
}
