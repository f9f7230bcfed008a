using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace PeftIntegrations.Extensions.Tests;

/// <summary>A host with the tiny model, and what it logs.</summary>
public abstract class HostTests : TinyChatTests
{
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    protected RememberedLog Log { get; } = new();

    protected FakeTimeProvider Clock { get; } = new();

    /// <summary>A host whose services are registered by <paramref name="register"/>.</summary>
    protected IHost Build(Action<IServiceCollection> register)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
        builder.Services.AddSingleton<TimeProvider>(Clock);
        register(builder.Services);
        return builder.Build();
    }

    protected void Tiny(HostedModelOptions options)
    {
        (options.Path, options.ChatTemplate, options.Device, options.DType) = (ModelFolder, Template, "cpu", "float32");
    }

    protected void OneByOne(HostedModelOptions options)
    {
        Tiny(options);
        options.MaxBatchedRequests = 1;
    }

    protected static async Task<string> Say(IChatClient client, string? modelId = null) =>
        (await client.GetResponseAsync([Hello], Brief(modelId), Cancellation)).Text;

    protected static async Task Until(Func<bool> condition)
    {
        for (var i = 0; i < 3000 && !condition(); i++) await Task.Delay(10, Cancellation);
        Assert.True(condition());
    }
}
