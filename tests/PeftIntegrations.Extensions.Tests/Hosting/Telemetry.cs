using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace PeftIntegrations.Extensions.Tests;

public sealed class Telemetry : HostTests
{
    private const string GenAi = "Experimental.Microsoft.Extensions.AI";

    [Fact]
    public async Task Names_spans_and_measures_by_the_conventions_and_holds_no_text()
    {
        await Train("a");
        var (spans, measures) = (new List<Activity>(), new List<Metric>());
        using var tracing = Sdk.CreateTracerProviderBuilder().AddSource(GenAi, PeftTelemetry.SourceName).AddInMemoryExporter(spans).Build();
        using var metering = Sdk.CreateMeterProviderBuilder().AddMeter(GenAi, PeftTelemetry.SourceName)
            .AddInMemoryExporter(measures).Build();
        using var host = Build(services => services
            .AddPeftModel("it", OneByOne).AddAdapter("a", Place("a")).AddPeftChatClient("a").UseOpenTelemetry());
        await host.StartAsync(Cancellation);

        var client = host.Services.GetRequiredService<IChatClient>();
        var reply = await client.GetResponseAsync([new(ChatRole.User, "Zanzibar")], new() { MaxOutputTokens = 9, Seed = 5 }, Cancellation);
        await Task.WhenAll(Say(client), Say(client), Say(client, "it"));
        metering.ForceFlush();

        var chat = spans.First(span => span.OperationName.StartsWith("chat", StringComparison.Ordinal)
            && span.GetTagItem("gen_ai.request.seed") is not null);
        Assert.Equal("peftintegrations", chat.GetTagItem("gen_ai.provider.name"));
        Assert.Equal("it:a", chat.GetTagItem("gen_ai.response.model"));
        Assert.Equal("it:a", chat.GetTagItem("peft.adapter.name"));
        Assert.Equal((long)9, Convert.ToInt64(chat.GetTagItem("gen_ai.usage.output_tokens"), null));
        Assert.Contains(spans, span => span.OperationName == "peft.model.load");
        string[] named =
        [
            "peft.model.load.duration", "peft.adapter.switch.duration", "peft.queue.length", "peft.train.step.duration", "peft.train.loss",
            "peft.train.tokens", "peft.request.duration", "peft.kv_cache.bytes", "gen_ai.client.token.usage",
            "gen_ai.client.operation.duration",
        ];
        await Train("b");
        metering.ForceFlush();
        Assert.Empty(named.Except(measures.Select(measure => measure.Name)));
        Assert.DoesNotContain(spans, span => span.TagObjects.Any(tag => $"{tag.Value}".Contains("Zanzibar", StringComparison.Ordinal)
            || $"{tag.Value}".Contains(reply.Text, StringComparison.Ordinal)));
    }
}
