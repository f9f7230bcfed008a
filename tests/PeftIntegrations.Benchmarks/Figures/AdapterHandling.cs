using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>P6: to switch between two adapters, to load one, and to fold one into all the weights it changes.</summary>
[RegisteredAs("p6")]
internal sealed class AdapterHandling : Figure
{
    protected override (string Ours, string Theirs) Key => ("load_adapter_ms", "load_adapter_ms");

    protected override string[] PeerArguments(string model) => ["P6", "--model", model];

    protected override JsonObject Measure(string model)
    {
        using var loaded = Pretrained.Load(model, new() { Device = TestDevice.Name }).Model;
        using var stack = new AdapterStack(loaded);
        foreach (var name in (string[])["a0", "a1"])
        {
            stack.Set(name, new(loaded, new Lora { Rank = 8, Alpha = 16, Targets = Targets.AllLinear }));
        }

        var folder = Directory.CreateTempSubdirectory("p6").FullName;
        try
        {
            AdapterFolder.Save(stack["a1"], folder, model);
            var methods = new Registry<PeftMethod>(typeof(Lora).Assembly);
            var switching = Milliseconds(20, i => stack.Activate(Composition.Of($"a{i % 2}")));
            var loading = Milliseconds(9, i => stack.Set($"n{i}", AdapterFolder.Load(folder, loaded, methods)));
            return new()
            {
                ["set_adapter_ms"] = switching,
                ["load_adapter_ms"] = loading,
                ["merge_ms"] = Milliseconds(5, _ => Fold(loaded)),
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Fold(PretrainedModel model)
    {
        using var _ = no_grad();
        foreach (var site in model.Sites.OfType<AffineSite>().Where(site => site.Levels.Count > 0))
        {
            using var scope = NewDisposeScope();
            site.Folded();
        }
    }

    private static double Milliseconds(int times, Action<int> work) =>
        1e3 * Median(Enumerable.Range(0, times).Select(i => Seconds(() => work(i))), warm: 1);
}
