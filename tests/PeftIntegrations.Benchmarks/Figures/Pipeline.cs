using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.MLNet;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>P7: SMS spam through an ML.NET pipeline of MiniLM and LoRA, against the faster of the peer's fp32 and bf16 pipelines.</summary>
[RegisteredAs("p7")]
internal sealed class Pipeline : Figure
{
    private const int Read = 1024, Trained = 512, Batch = 32, MaxLength = 128, Predicted = 400;
    private const double Patience = 1.5; // times the whole fp32 half, for a processor without bf16 products

    private static string DataFile => Path.Combine(ReferenceSet.Current.RequireDataset("sms-spam"), "sms-spam.tsv");

    protected override (string Ours, string Theirs) Key => ("pipeline_rows_per_s", "pipeline_rows_per_s");

    protected override string[] PeerArguments(string model) => ["P7", "--encoder", model, "--data", DataFile];

    protected override Task<string> ModelAsync() => Task.FromResult(ReferenceSet.Current.RequireModel("all-MiniLM-L6-v2"));

    protected override async Task<JsonObject> PeerAsync(string peers, string model)
    {
        var (halves, clock) = (new List<JsonObject>(), Stopwatch.StartNew());
        using var stop = new CancellationTokenSource();
        try
        {
            await foreach (var half in LinesAsync(Path.Combine(peers, "run"), ["peer.py", .. PeerArguments(model)], stop.Token))
            {
                halves.Add(half);
                stop.CancelAfter(clock.Elapsed * Patience);
            }
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine($"The peer's bf16 half was stopped: it took more than {Patience} times as long as all of its fp32 half.");
        }

        string[] rates = ["pipeline_rows_per_s", "train_rows_per_s"];
        var line = new JsonObject { ["bf16_stopped"] = stop.IsCancellationRequested && halves.Count == 1 };
        foreach (var rate in rates) line[rate] = halves.Max(half => half[rate]!.GetValue<double>());
        line["rss_peak_mib"] = halves.Max(half => half["rss_peak_mib"]!.GetValue<double>());
        return line;
    }

    protected override JsonObject Measure(string model)
    {
        var ml = new MLContext(seed: 1);
        var rows = File.ReadLines(DataFile).Skip(1).Select(line => line.Split('\t', 2)).Select(p => new Row { Label = p[0], Text = p[1] });
        var some = rows.Take(Read).ToArray();
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Peft().TextClassification(Options(model)));
        using var fitted = pipeline.Fit(ml.Data.LoadFromEnumerable(some.Take(Trained)));
        var view = ml.Data.LoadFromEnumerable(some);
        int Transform(IDataView data) => fitted.Transform(data).GetColumn<float[]>("Score").Count();
        Transform(ml.Data.TakeRows(view, 256));
        var engine = EngineOverhead.Measure(ml, fitted, some.Take(Predicted).Select(row => row.Text));
        return new()
        {
            ["pipeline_rows_per_s"] = Read / Seconds(() => Transform(view)),
            ["train_rows_per_s"] = Trained / fitted.LastTransformer.Training!.Elapsed.TotalSeconds,
            ["engine_overhead_us"] = 1e6 * Median(engine.Select(row => row.Beside), warm: Predicted / 4),
            ["bare_pass_us"] = 1e6 * Median(engine.Select(row => row.Pass), warm: Predicted / 4),
            ["save_and_load"] = Seconds(() => SaveAndLoad(ml, fitted, view.Schema)),
        };
    }

    private static PeftTextClassificationOptions Options(string model) => new()
    {
        BaseModel = model,
        Method = new Lora { Rank = 8, Alpha = 16 },
        Training = new() { Epochs = 1, BatchSize = Batch, LearningRate = 1e-3, MaxLength = MaxLength, GroupByLength = true },
        Sentence1ColumnName = "Text",
        MaxLength = MaxLength,
    };

    private static void SaveAndLoad(MLContext ml, ITransformer model, DataViewSchema schema)
    {
        using var folder = new TemporaryFolder();
        ml.Model.Save(model, schema, folder["model.zip"]);
        using var loaded = (IDisposable)ml.Peft().LoadModel(folder["model.zip"], out _);
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";

        public string Text { get; set; } = "";
    }
}
