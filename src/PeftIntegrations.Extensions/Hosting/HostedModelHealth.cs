using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PeftIntegrations.Extensions;

/// <summary>Whether a model is loaded and keeps up with its requests. It looks only: it never loads the model, nor asks it.</summary>
internal sealed class HostedModelHealth(HostedModel hosted) : IHealthCheck
{
    private const double Crowded = 0.8; // of the places in the queue

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check(context.Registration.FailureStatus));

    private HealthCheckResult Check(HealthStatus failure)
    {
        if (hosted.Failure is { } problem) return new(failure, "The model could not be loaded.", problem);
        if (hosted.Loaded is not { } model) return HealthCheckResult.Degraded("The model is not loaded yet; the first request loads it.");

        var (queued, most) = (model.QueuedRequests, hosted.Options.MaxQueuedRequests);
        var data = new Dictionary<string, object>
        {
            ["device"] = model.Device,
            ["dtype"] = model.DType.ToString(),
            ["adapters"] = string.Join(", ", hosted.Options.Adapters.Keys),
            ["queued"] = queued,
        };
        return queued > 0 && queued > Crowded * most
            ? HealthCheckResult.Degraded($"{queued} requests wait, and {most} may.", data: data)
            : HealthCheckResult.Healthy("The model is loaded.", data);
    }
}
