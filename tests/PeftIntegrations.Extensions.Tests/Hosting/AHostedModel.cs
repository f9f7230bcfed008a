using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PeftIntegrations.Extensions.Tests;

public sealed class AHostedModel : HostTests
{
    [Fact]
    public async Task Is_shared_by_keyed_and_unkeyed_clients()
    {
        await Train("a");
        using var host = Build(services =>
        {
            var peft = services.AddPeftModel(Tiny).AddAdapter("a", Place("a"));
            peft.AddPeftChatClient();
            peft.AddPeftChatClient("a", serviceKey: "support");
        });
        await host.StartAsync(Cancellation);

        var plain = host.Services.GetRequiredService<IChatClient>();
        var support = host.Services.GetRequiredKeyedService<IChatClient>("support");
        var (one, other) = (await Say(plain), await Say(support));

        Assert.Equal((await Say(Client), await Say(Client, "a")), (one, other));
        Assert.Same(plain.GetService<PeftModel>(), support.GetService<PeftModel>());
        Assert.Same(plain.GetService<PeftModel>(), host.Services.GetRequiredService<PeftModel>());
        Assert.Equal(("tiny", "a"), (IdOf(plain), IdOf(support)));
    }

    [Fact]
    public async Task Of_a_name_is_apart_from_others_and_named_so_in_answers()
    {
        using var host = Build(services =>
        {
            services.AddPeftModel("one", Tiny).AddPeftChatClient(serviceKey: "one");
            services.AddPeftModel("two", Tiny).AddPeftChatClient(serviceKey: "two");
        });
        await host.StartAsync(Cancellation);

        var two = host.Services.GetRequiredKeyedService<IChatClient>("two");
        var reply = await two.GetResponseAsync([Hello], Brief("two"), Cancellation);

        Assert.Equal("two", reply.ModelId);
        Assert.Null(host.Services.GetRequiredKeyedService<IChatClient>("one").GetService<PeftModel>());
        Assert.Same(two.GetService<PeftModel>(), host.Services.GetRequiredKeyedService<PeftModel>("two"));
        Assert.Null(host.Services.GetService<PeftModel>());
    }

    [Fact]
    public async Task Is_loaded_before_the_host_has_started_if_so_chosen()
    {
        using var host = Build(services => services.AddPeftModel("it", Tiny).PreloadOnStart().AddPeftChatClient());

        await host.StartAsync(Cancellation);

        Assert.NotNull(host.Services.GetRequiredService<IChatClient>().GetService<PeftModel>());
        Assert.Contains("model 'it': loaded on cpu in Float32 with 0 adapters", Log.Texts);
    }

    [Fact]
    public async Task Tells_its_health_without_being_loaded()
    {
        using var host = Build(services => services.AddPeftModel("it", Tiny).AddHealthCheck().AddPeftChatClient());
        await host.StartAsync(Cancellation);
        var client = host.Services.GetRequiredService<IChatClient>();

        var (before, isLoaded) = (await Health(host), client.GetService<PeftModel>() is not null);
        await Say(client);
        var after = await Health(host);

        Assert.Equal((HealthStatus.Degraded, false, HealthStatus.Healthy), (before.Status, isLoaded, after.Status));
        Assert.Equal(["device", "dtype", "adapters", "queued"], after.Data.Keys);
        Assert.Equal(["ready"], after.Tags);
    }

    [Fact]
    public async Task Is_crowded_when_most_places_of_its_queue_are_taken()
    {
        using var host = Build(services => services.AddPeftModel("it", options =>
        {
            Tiny(options);
            options.MaxBatchedRequests = 1;
            options.MaxQueuedRequests = 4;
        }).AddHealthCheck().AddPeftChatClient());
        await host.StartAsync(Cancellation);
        var client = host.Services.GetRequiredService<IChatClient>();
        using var stop = new CancellationTokenSource();
        Task[] asked = [.. Enumerable.Range(0, 5).Select(_ => client.GetResponseAsync([Hello], Long(15_000), stop.Token))];
        await Until(() => client.GetService<PeftModel>()?.QueuedRequests == 4);

        var health = await Health(host);
        await stop.CancelAsync();
        foreach (var task in asked) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);

        Assert.Equal((HealthStatus.Degraded, "4 requests wait, and 4 may."), (health.Status, health.Description));
    }

    [Fact]
    public async Task That_cannot_be_loaded_is_unhealthy_until_it_can()
    {
        using var host = Build(services => services.AddPeftModel("it", Tiny).AddHealthCheck().AddPeftChatClient());
        await host.StartAsync(Cancellation);
        var (file, client) = (Path.Combine(ModelFolder, "model.safetensors"), host.Services.GetRequiredService<IChatClient>());
        var whole = await File.ReadAllBytesAsync(file, Cancellation);
        await File.WriteAllBytesAsync(file, whole[..100], Cancellation);

        await Assert.ThrowsAsync<InvalidDataException>(() => Say(client));
        var broken = await Health(host);
        await File.WriteAllBytesAsync(file, whole, Cancellation);
        await Say(client);

        Assert.Equal((HealthStatus.Unhealthy, HealthStatus.Healthy), (broken.Status, (await Health(host)).Status));
        Assert.Contains(Log.Lines, line => line.Id.Id == 8102);
    }

    [Fact]
    public async Task Answers_what_waits_before_the_host_ends_and_nothing_after()
    {
        using var host = Build(services => services.AddPeftModel(OneByOne).PreloadOnStart().AddPeftChatClient());
        await host.StartAsync(Cancellation);
        var client = host.Services.GetRequiredService<IChatClient>();
        var model = host.Services.GetRequiredService<PeftModel>();
        Task[] asked = [.. Enumerable.Range(0, 4).Select(_ => client.GetResponseAsync([Hello], Long(200), Cancellation))];
        await Until(() => model.QueuedRequests > 0);

        await host.StopAsync(Cancellation);

        await Task.WhenAll(asked).WaitAsync(Soon, Cancellation);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Say(client));
    }

    [Fact]
    public async Task Gives_up_waiting_when_the_host_does()
    {
        using var host = Build(services =>
        {
            services.AddPeftModel(Tiny).PreloadOnStart().AddPeftChatClient();
            services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        });
        await host.StartAsync(Cancellation);
        var endless = host.Services.GetRequiredService<IChatClient>().GetResponseAsync([Hello], Long(19_000), Cancellation);

        await host.StopAsync(Cancellation).WaitAsync(Soon, Cancellation);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => endless.WaitAsync(Soon, Cancellation));
        Assert.Contains(Log.Lines, line => line.Id.Id == 8106);
    }

    [Fact]
    public async Task Logs_no_word_of_what_is_said()
    {
        using var host = Build(services => services.AddPeftModel(Tiny).AddPeftChatClient());
        await host.StartAsync(Cancellation);

        var reply = await host.Services.GetRequiredService<IChatClient>().GetResponseAsync("Zanzibar", Brief(), Cancellation);
        await host.StopAsync(Cancellation);

        Assert.Contains(Log.Lines, line => line.Id.Id == 8101);
        string[] said = ["Zanzibar", reply.Text];
        Assert.DoesNotContain(Log.Texts, text => said.Any(part => text.Contains(part, StringComparison.Ordinal)));
    }

    private static ChatOptions Long(int tokens) => new() { MaxOutputTokens = tokens };

    private static string? IdOf(IChatClient client) => client.GetRequiredService<ChatClientMetadata>().DefaultModelId;

    private static async Task<HealthReportEntry> Health(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancellation)).Entries["peft:it"];
}
