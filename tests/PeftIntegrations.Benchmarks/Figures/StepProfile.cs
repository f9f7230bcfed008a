using System.Diagnostics;
using System.Text.Json.Nodes;
using PeftIntegrations.Core;

namespace PeftIntegrations.Benchmarks;

/// <summary>The share of each part of a figure's step, told by the spans of <see cref="KernelTelemetry"/>; prints a JSON line.</summary>
internal static class StepProfile
{
    public const string Name = "profile";
    private const int Warm = 2, Steps = 3;

    private static readonly (string Part, string[] Spans)[] Parts =
    [
        ("frozen projections", ["FrozenWeight", "StoredProduct"]),
        ("LoRA products", ["LowRankProduct"]),
        ("attention", ["TiledAttention", "BlockedAttention"]),
        ("head and cross-entropy", ["VocabularyEntropy"]),
        ("norms", ["FrozenRmsNorm"]),
        ("SiLU·up", ["GatedSilu"]),
        ("rotary and layout", ["TurnedHalves"]),
        ("optimiser", ["OptimizerRule"]),
    ];

    public static void Run(LoraStep figure, string model) => Console.WriteLine(figure.With(model, LoraStep.Method, (loaded, step) =>
    {
        for (var i = 0; i < Warm; i++) step();
        var rate = LoraStep.ProductRate(loaded);
        var (seconds, total) = Listen(() => Enumerable.Range(0, Steps).Sum(_ => step()));
        var line = new JsonObject
        {
            ["bench"] = Name,
            ["type"] = $"{loaded.DType}",
            ["step_s"] = Math.Round(total / Steps, 3),
            ["gemm_gflops"] = Math.Round(rate, 1),
            ["gemm_share"] = Math.Round(LoraStep.FrozenProducts(loaded) * Steps / total / (rate * 1e9), 3),
        };
        foreach (var (part, spans) in Parts) line[part] = Math.Round(spans.Sum(span => seconds.GetValueOrDefault(span)) / total, 3);
        line["rest"] = Math.Round(1 - seconds.Values.Sum() / total, 3);
        foreach (var (span, own) in seconds.Where(pair => !Parts.Any(part => part.Spans.Contains(pair.Key)))) line[span] = own / total;
        return line;
    }).ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    /// <summary>The seconds of each span without those within it, while something runs.</summary>
    private static (Dictionary<string, double> Seconds, double Total) Listen(Func<double> work)
    {
        var seconds = new Dictionary<string, double>();
        void Add(Activity span, double own) =>
            seconds[span.OperationName] = seconds.GetValueOrDefault(span.OperationName) + own;

        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == KernelTelemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            ActivityStopped = span =>
            {
                Add(span, span.Duration.TotalSeconds);
                if (span.Parent is { } outer) Add(outer, -span.Duration.TotalSeconds);
            },
        };
        ActivitySource.AddActivityListener(listener);
        return (seconds, work());
    }
}
