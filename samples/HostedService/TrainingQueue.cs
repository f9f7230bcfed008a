using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PeftIntegrations;
using PeftIntegrations.Methods;
using PeftIntegrations.Training;

namespace HostedService;

/// <summary>Trains one adapter after another while the model answers; what is asked for comes in at any time.</summary>
internal sealed partial class TrainingQueue(
    [FromKeyedServices("stories")] PeftModel model, IConfiguration configuration, ILogger<TrainingQueue> logger) : BackgroundService
{
    private readonly Channel<TrainingJob> _jobs = Channel.CreateBounded<TrainingJob>(8);

    /// <summary>Asks for an adapter, and waits until it is trained.</summary>
    public async Task TrainAsync(TrainingJob job, CancellationToken cancellationToken)
    {
        await _jobs.Writer.WriteAsync(job, cancellationToken);
        await job.Done.Task.WaitAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var options = new TrainingOptions { MaxSteps = configuration.GetValue("Steps", 60), LearningRate = 5e-3, MaxLength = 64 };
        await foreach (var job in _jobs.Reader.ReadAllAsync(stoppingToken))
        {
            var result = await model.TrainAsync(job.Adapter, new Lora { Rank = 8 }, job.Texts, options, cancellationToken: stoppingToken);
            Trained(logger, job.Adapter, result.FinalLoss);
            job.Done.TrySetResult();
        }
    }

    [LoggerMessage(LogLevel.Information, "adapter '{Adapter}' is trained: loss {Loss:F3}")]
    private static partial void Trained(ILogger logger, string adapter, double loss);
}
