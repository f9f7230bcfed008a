namespace PeftIntegrations;

/// <summary>
/// What the library measures, for OpenTelemetry: spans <c>peft.model.load</c>; <c>peft.model.load.duration</c>,
/// <c>peft.adapter.switch.duration</c>, <c>peft.request.duration</c> (without the time in the queue), <c>peft.train.step.duration</c> (s),
/// <c>peft.queue.length</c>, <c>peft.kv_cache.bytes</c> (of the process), <c>peft.train.loss</c>, <c>peft.train.tokens</c> ({token}/s).
/// None of them holds a word of a text.
/// </summary>
public static class PeftTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string SourceName = "PeftIntegrations";
}
