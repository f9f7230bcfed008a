using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using PeftIntegrations.Data;
using PeftIntegrations.Inference;
using PeftIntegrations.Methods;
using PeftIntegrations.MLNet;
using PeftIntegrations.Models;
using PeftIntegrations.Testing;
using PeftIntegrations.Training;

namespace PeftIntegrations.Benchmarks;

/// <summary>
/// P7: SMS spam through an ML.NET pipeline with MiniLM and LoRA, in turn with the Python peer. The last line is JSON; ratios are ours over
/// theirs, and above 1 is better.
/// </summary>
internal static class PipelineBenchmark
{
    private const int Read = 1024, Trained = 512, Batch = 32, MaxLength = 128;

    public static void Run(int rounds)
    {
        var encoder = ReferenceSet.Current.RequireModel("all-MiniLM-L6-v2");
        var file = Path.Combine(ReferenceSet.Current.RequireDataset("sms-spam"), "sms-spam.tsv");
        var ml = new MLContext(seed: 1);
        var lines = File.ReadLines(file).Skip(1).Select(line => line.Split('\t', 2));
        var rows = lines.Select(p => new Row { Label = p[0], Text = p[1] }).ToArray();
        var peak = 0.0;
        var (ours, theirs) = (new List<Numbers>(), new List<JsonObject[]>());
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(Ours(ml, encoder, rows));
            peak = Math.Max(peak, Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0);
            Console.WriteLine($"round {round + 1}: ours {ours[^1]}");
            theirs.Add(Theirs(encoder, file));
            Console.WriteLine($"round {round + 1}: theirs {string.Join<JsonObject>(" ", theirs[^1])}");
        }

        var accuracy = Accuracy(ml, encoder, rows);
        var fields = new[] { "pipeline_rows_per_s", "train_rows_per_s" };
        var best = fields.Select(field => Median(theirs.Select(run => run.Max(line => line[field]!.GetValue<double>())))).ToArray();
        var theirPeak = Median(theirs.Select(run => run.Max(line => line["rss_peak_mib"]!.GetValue<double>())));
        Console.WriteLine(new JsonObject
        {
            ["bench"] = "P7",
            ["ratio"] = Math.Round(Median(ours.Select(run => run.Transformed)) / best[0], 2),
            ["memory_ratio"] = Math.Round(theirPeak / peak, 2),
            ["rows_per_s"] = Math.Round(Median(ours.Select(run => run.Transformed))),
            ["peer_rows_per_s"] = Math.Round(best[0]),
            ["train_rows_per_s"] = Math.Round(Median(ours.Select(run => run.Trained))),
            ["train_ratio"] = Math.Round(Median(ours.Select(run => run.Trained)) / best[1], 2),
            ["engine_overhead_us"] = Math.Round(Median(ours.Select(run => run.Overhead))),
            ["save_and_load_s"] = Math.Round(Median(ours.Select(run => run.Saved)), 2),
            ["accuracy"] = Math.Round(accuracy, 4),
            ["rss_peak_mib"] = Math.Round(peak),
        }.ToJsonString());
    }

    private static Numbers Ours(MLContext ml, string encoder, Row[] rows)
    {
        var training = new TrainingOptions { MaxSteps = Trained / Batch, BatchSize = Batch, LearningRate = 1e-3, MaxLength = MaxLength };
        var steps = new Clock();
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Peft().TextClassification(Options(encoder, training, steps)));
        using var model = pipeline.Fit(ml.Data.LoadFromEnumerable(rows.Take(Trained)));
        var some = ml.Data.LoadFromEnumerable(rows.Take(Read));
        _ = model.Transform(ml.Data.TakeRows(some, 64)).GetColumn<float[]>("Score").Count();

        var clock = Stopwatch.StartNew();
        _ = model.Transform(some).GetColumn<float[]>("Score").Count();
        var transformed = Read / clock.Elapsed.TotalSeconds;
        return new(transformed, steps.RowsPerSecond(Batch), Overhead(ml, model, encoder, rows), Saved(ml, model, some.Schema));
    }

    // The forward pass of the same model and adapter, without ML.NET and without the owner's thread.
    private static double Overhead(MLContext ml, TransformerChain<PeftTextClassificationTransformer> model, string encoder, Row[] rows)
    {
        using var engine = ml.Model.CreatePredictionEngine<Row, Scored>(model, new PredictionEngineOptions { OwnsTransformer = false });
        var options = model.LastTransformer.Model.Options;
        using var bare = Pretrained.Load(encoder, new() { Labels = 2, DType = options.DType, Device = options.Device }).Model;
        using var adapter = new Core.Adapter(bare, new Lora { Rank = 8, Alpha = 16 });
        adapter.Attach();
        var (reader, tokenizer) = (new TextEncoder(bare), Tokenizer.FromFolder(encoder));
        var differences = new List<double>();
        foreach (var row in rows.Take(300))
        {
            var start = Stopwatch.GetTimestamp();
            engine.Predict(row);
            var whole = Stopwatch.GetElapsedTime(start);
            var encoded = EncodedTexts.From([(row.Text, null)], tokenizer, new() { MaxLength = MaxLength, Overflow = Overflow.Truncate });
            start = Stopwatch.GetTimestamp();
            reader.Read(encoded, 1, scores => scores.softmax(-1));
            differences.Add((whole - Stopwatch.GetElapsedTime(start)).TotalMicroseconds);
        }

        return Median(differences);
    }

    private static double Saved(MLContext ml, ITransformer model, DataViewSchema schema)
    {
        using var folder = new TemporaryFolder();
        var clock = Stopwatch.StartNew();
        ml.Model.Save(model, schema, folder["model.zip"]);
        using var loaded = (IDisposable)ml.Peft().LoadModel(folder["model.zip"], out _);
        return clock.Elapsed.TotalSeconds;
    }

    // The recipe of shared/reference/real/sms-spam.json: every fifth row is for the test.
    private static double Accuracy(MLContext ml, string encoder, Row[] rows)
    {
        var training = new TrainingOptions { Epochs = 1, BatchSize = Batch, LearningRate = 2e-3, MaxLength = MaxLength, Seed = 1 };
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Peft().TextClassification(Options(encoder, training)));
        using var model = pipeline.Fit(ml.Data.LoadFromEnumerable(rows.Where((_, i) => i % 5 != 0)));
        var test = ml.Data.LoadFromEnumerable(rows.Where((_, i) => i % 5 == 0));
        return ml.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
    }

    private static PeftTextClassificationOptions Options(
        string encoder, TrainingOptions training, IProgress<TrainingProgress>? progress = null) =>
        new()
        {
            BaseModel = encoder,
            Method = new Lora { Rank = 8, Alpha = 16 },
            Training = training,
            Progress = progress,
            Sentence1ColumnName = "Text",
            MaxLength = MaxLength,
        };

    private static JsonObject[] Theirs(string encoder, string file)
    {
        string[] arguments = [ReferenceSet.Current.RequirePeers(), "peer.py", "P7", "--encoder", encoder, "--data", file];
        var start = new ProcessStartInfo("bash", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return [.. said.Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!.AsObject())];
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

    private sealed record Numbers(double Transformed, double Trained, double Overhead, double Saved)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Transformed:F0} rows/s, training {Trained:F0}, engine +{Overhead:F0} us, zip {Saved:F2} s");
    }

    private sealed class Clock : IProgress<TrainingProgress>
    {
        private readonly List<long> _ticks = [];

        public void Report(TrainingProgress value) => _ticks.Add(Stopwatch.GetTimestamp());

        public double RowsPerSecond(int rows) => rows * (_ticks.Count - 1) / Stopwatch.GetElapsedTime(_ticks[0], _ticks[^1]).TotalSeconds;
    }

    private sealed class Row
    {
        public string Label { get; set; } = "";

        public string Text { get; set; } = "";
    }

    private sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }
}
