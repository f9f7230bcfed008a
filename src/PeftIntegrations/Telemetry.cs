using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PeftIntegrations;

/// <summary>Measures what takes time; costs next to nothing while nobody listens.</summary>
internal static class Telemetry
{
    private static readonly ActivitySource Source = new(PeftTelemetry.SourceName);
    private static readonly Meter Meter = new(PeftTelemetry.SourceName);

    private static readonly Histogram<double> LoadDuration = Seconds("peft.model.load.duration");
    private static readonly Histogram<double> SwitchDuration = Seconds("peft.adapter.switch.duration");
    private static readonly Histogram<double> RequestDuration = Seconds("peft.request.duration");
    private static readonly Histogram<double> StepDuration = Seconds("peft.train.step.duration");
    private static readonly Gauge<double> Loss = Meter.CreateGauge<double>("peft.train.loss", "nat");
    private static readonly Gauge<double> Tokens = Meter.CreateGauge<double>("peft.train.tokens", "{token}/s");

    static Telemetry() => Meter.CreateObservableUpDownCounter("peft.kv_cache.bytes", () => KeyValueCache.BytesHeld, "By");

    /// <summary>The requests that wait.</summary>
    public static UpDownCounter<int> QueueLength { get; } = Meter.CreateUpDownCounter<int>("peft.queue.length", "{request}");

    /// <summary>What a model is called.</summary>
    public static KeyValuePair<string, object?> ModelTag(string source) =>
        new("peft.model.name", Path.GetFileName(Path.TrimEndingDirectorySeparator(source)));

    public static IDisposable Loading(string path) => new Span(LoadDuration, [ModelTag(path)], Source.StartActivity("peft.model.load"));

    public static IDisposable Switching(string path) => new Span(SwitchDuration, [ModelTag(path)]);

    /// <summary>A request that is being served; null where nobody listens.</summary>
    public static IDisposable? Serving(string path) => RequestDuration.Enabled ? new Span(RequestDuration, [ModelTag(path)]) : null;

    public static TrainingSpan Training(string path, string adapter) => new([ModelTag(path), new("peft.adapter.name", adapter)]);

    private static Histogram<double> Seconds(string name) => Meter.CreateHistogram(name, "s", advice: new InstrumentAdvice<double>
    {
        HistogramBucketBoundaries = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
    });

    /// <summary>A step of training.</summary>
    public sealed class TrainingSpan(KeyValuePair<string, object?>[] tags) : IDisposable
    {
        private readonly Span _span = new(StepDuration, tags);

        public TrainingProgress Ended(TrainingProgress step)
        {
            Loss.Record(step.Loss, tags);
            Tokens.Record(step.TokensPerSecond, tags);
            return step;
        }

        public void Dispose() => _span.Dispose();
    }

    private sealed class Span(Histogram<double> duration, KeyValuePair<string, object?>[] tags, Activity? activity = null) : IDisposable
    {
        private readonly long _began = Stopwatch.GetTimestamp();

        public void Dispose()
        {
            duration.Record(Stopwatch.GetElapsedTime(_began).TotalSeconds, tags);
            activity?.SetTag(tags[0].Key, tags[0].Value).Dispose();
        }
    }
}
