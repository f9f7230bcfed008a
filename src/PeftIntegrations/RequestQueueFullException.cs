namespace PeftIntegrations;

/// <summary>A request was refused because as many as may wait are waiting already. It may be asked again later.</summary>
public sealed class RequestQueueFullException : InvalidOperationException
{
    internal RequestQueueFullException(int mostWaiting)
        : base($"{mostWaiting} requests wait for this model already, as many as may. Ask again later, or raise " +
            $"{nameof(PeftModelOptions.MaxQueuedRequests)}.")
    {
    }
}
