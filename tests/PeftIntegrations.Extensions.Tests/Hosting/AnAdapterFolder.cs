using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PeftIntegrations.Extensions.Tests;

public sealed class AnAdapterFolder : HostTests
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task That_is_replaced_while_in_use_acts_from_the_next_request_on()
    {
        await Train("a");
        await Train("b", seed: 2);
        Directory.Move(Place("b"), Place("next"));
        using var host = Build(services =>
            services.AddPeftModel(Tiny).AddAdapter("a", Place("a")).ReloadAdaptersOnChange(Often).AddPeftChatClient("a"));
        await host.StartAsync(Cancellation);
        var client = host.Services.GetRequiredService<IChatClient>();
        var before = await Say(client);
        var longer = new ChatOptions { MaxOutputTokens = 300 };
        Task<ChatResponse>[] streams = [.. Enumerable.Range(0, 3).Select(_ => client.GetResponseAsync([Hello], longer, Cancellation))];

        Directory.Move(Place("a"), Place("old"));
        Directory.Move(Place("next"), Place("a"));
        await Tick(() => Log.Lines.Any(line => line.Id.Id == 8103));

        Assert.Equal(await Say(Client, "a"), before);
        Assert.Equal(await Say(Client, "b"), await Say(client));
        Assert.All(await Task.WhenAll(streams), reply => Assert.StartsWith(before, reply.Text, StringComparison.Ordinal));
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task That_becomes_damaged_is_told_once_and_the_old_adapter_still_acts()
    {
        await Train("a");
        using var host = Build(services =>
            services.AddPeftModel(Tiny).AddAdapter("a", Place("a")).ReloadAdaptersOnChange(Often).AddPeftChatClient("a"));
        await host.StartAsync(Cancellation);
        var client = host.Services.GetRequiredService<IChatClient>();
        var before = await Say(client);

        await File.WriteAllTextAsync(Path.Combine(Place("a"), "adapter_config.json"), "{ damaged", Cancellation);
        await Tick(() => Log.Lines.Any(line => line.Id.Id == 8104));
        for (var i = 0; i < 5; i++) await Tick(() => true);

        Assert.Equal(before, await Say(client));
        Assert.Single(Log.Lines, line => line.Level == LogLevel.Warning);
        await host.StopAsync(Cancellation);
    }

    private async Task Tick(Func<bool> isDone)
    {
        for (var i = 0; i < 500; i++)
        {
            Clock.Advance(Often);
            await Task.Delay(20, Cancellation);
            if (isDone()) return;
        }

        Assert.Fail("It has not happened.");
    }
}
