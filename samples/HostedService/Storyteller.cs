using Microsoft.Extensions.AI;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using PeftIntegrations.Data;

namespace HostedService;

/// <summary>What the host is for: it tells how a story begins, has an adapter trained, tells it as the adapter does, and ends.</summary>
internal sealed class Storyteller(IChatClient client, TrainingQueue training, HealthCheckService health, IHostApplicationLifetime host)
    : BackgroundService
{
    private const string Beginning = "Once upon a time";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Tell("stories", stoppingToken);
        var play = Texts.FromFile(Path.Combine(AppContext.BaseDirectory, "data", "romeo-and-juliet.txt"));
        var trained = training.TrainAsync(new("play", play, new()), stoppingToken);
        await Tell("stories", stoppingToken); // while it is trained
        await trained;
        await Tell("play", stoppingToken); // the adapter's name is a model id

        var report = await health.CheckHealthAsync(check => check.Tags.Contains("ready"), stoppingToken);
        Console.WriteLine($"health: {report.Status}");
        host.StopApplication();
    }

    private async Task Tell(string modelId, CancellationToken cancellationToken)
    {
        var options = new ChatOptions { ModelId = modelId, MaxOutputTokens = 40 };
        var reply = await client.GetResponseAsync(Beginning, options, cancellationToken);
        Console.WriteLine($"{reply.ModelId}: {Beginning}{reply.Text} ({reply.Usage?.OutputTokenCount} tokens)");
    }
}
