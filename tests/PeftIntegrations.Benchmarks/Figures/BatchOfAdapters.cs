using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Inference;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>P4: eight requests with eight adapters at once, 64 tokens after 64, through <see cref="PeftModel"/> as users ask.</summary>
[RegisteredAs("p4")]
internal sealed class BatchOfAdapters : Figure
{
    private const int Requests = 8, Prompt = 64, New = 64, Rounds = 3;

    protected override (string Ours, string Theirs) Key => ("tokens_per_s", "mixed_tokens_per_s");

    protected override string[] PeerArguments(string model) => ["P4", "--model", model, "--rounds", "1"];

    protected override JsonObject Measure(string model) => MeasureAsync(model).GetAwaiter().GetResult();

    private static async Task<JsonObject> MeasureAsync(string path)
    {
        using var folder = new TemporaryFolder();
        WriteAdapters(path, folder);
        await using var model = await PeftModel.LoadAsync(path, new() { Device = TestDevice.Name });
        for (var i = 0; i < Requests; i++) await model.LoadAdapterAsync($"a{i}", folder[$"a{i}"]);
        var before = ProductRate(model.DType, Prompt * Requests, model.Shape.Hidden, 1536);
        var (mixed, same) = (new List<double>(), new List<double>());
        for (var i = 0; i < Rounds; i++)
        {
            mixed.Add(await SecondsAsync(model, request => $"a{request}"));
            same.Add(await SecondsAsync(model, _ => "a0"));
        }

        return new()
        {
            ["tokens_per_s"] = Requests * New / Median(mixed, warm: 1),
            ["same_adapter_tokens_per_s"] = Requests * New / Median(same, warm: 1),
            ["dtype"] = model.DType.ToString(),
            ["gemm_gflops"] = new JsonArray(before, ProductRate(model.DType, Prompt * Requests, model.Shape.Hidden, 1536)),
        };
    }

    private static async Task<double> SecondsAsync(PeftModel model, Func<int, string> adapter)
    {
        var random = new Random(1);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Requests).Select(async request =>
        {
            int[] prompt = [.. Enumerable.Range(0, Prompt).Select(_ => random.Next((int)model.Shape.Vocabulary))];
            var options = new GenerationOptions { Adapter = adapter(request), MaxNewTokens = New, EosTokenIds = [] };
            await foreach (var part in model.StreamAsync(prompt, options)) _ = part;
        }));
        return System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void WriteAdapters(string path, TemporaryFolder folder)
    {
        using var model = Pretrained.Load(path, new() { Device = TestDevice.Name }).Model;
        using var _ = no_grad();
        for (var i = 0; i < Requests; i++)
        {
            using var scope = NewDisposeScope();
            using var adapter = new Adapter(model, new Lora { Rank = 8, Alpha = 16, Targets = Targets.AllLinear });
            foreach (var (name, tensor) in adapter.Tensors) if (name.Contains("lora_B", StringComparison.Ordinal)) tensor.normal_(0, 0.01);
            AdapterFolder.Save(adapter, folder[$"a{i}"], path);
        }
    }
}
