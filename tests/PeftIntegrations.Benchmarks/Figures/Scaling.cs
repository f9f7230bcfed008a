using System.Globalization;
using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;
using PeftIntegrations.Testing;
using PeftIntegrations.Training;

namespace PeftIntegrations.Benchmarks;

/// <summary>
/// The step of P1 over sequence length, batch, rank and depth, each cell in a process of its own: tokens a second, the peak of memory, and
/// what <see cref="TrainingPlan"/> said before.
/// </summary>
[RegisteredAs("scaling")]
internal sealed class Scaling : Figure
{
    private const int Steps = 2;

    private static readonly Cell[] Cells =
    [
        .. new[] { 128, 256, 512, 1024, 2048, 4096 }.Select(length => new Cell("SmolLM2", 1, length, 8, false)),
        .. new[] { 2, 4, 8 }.Select(rows => new Cell("SmolLM2", rows, 256, 8, false)),
        .. new[] { 4, 16, 64 }.Select(rank => new Cell("SmolLM2", 1, 512, rank, false)),
        .. new[] { 1, 4 }.Select(rows => new Cell("SmolLM2", rows, 512, 8, true)),
        .. new[] { 128, 512 }.Select(length => new Cell("stories260K", 8, length, 8, false)),
    ];

    private Cell _cell = Cells[0];

    protected override (string Ours, string Theirs) Key => ("tokens_per_s", "tokens_per_s");

    protected override string[] PeerArguments(string model) => throw new NotSupportedException("The peer has no such table.");

    /// <summary>Runs all cells, or one: <c>[--cell MODEL,ROWS,LENGTH,RANK,RECOMPUTED] [--model DIR]</c>.</summary>
    public override async Task<int> RunAsync(string[] options)
    {
        if (Array.IndexOf(options, "--cell") is >= 0 and var place)
        {
            _cell = Cell.Parse(options[place + 1]);
            return await base.RunAsync([.. options, "--once"]);
        }

        Console.WriteLine("| model | rows | tokens | rank | run again | tokens/s | peak MiB | planned MiB |");
        Console.WriteLine("| --- | ---: | ---: | ---: | --- | ---: | ---: | ---: |");
        var lines = new List<string>();
        foreach (var cell in Cells)
        {
            var model = cell.Model == "SmolLM2" ? await ModelAsync() : Path.Combine(ReferenceSet.Current.Models!, cell.Model);
            var line = await LinesAsync(Environment.ProcessPath!, [Name, "--cell", $"{cell}", "--model", model]).LastAsync();
            lines.Add(cell.Row(line));
        }

        lines.ForEach(Console.WriteLine);
        return 0;
    }

    protected override JsonObject Measure(string model)
    {
        using var loaded = Pretrained.Load(model, new() { Device = TestDevice.Name }).Model;
        using var adapter = new Adapter(loaded, new Lora { Rank = _cell.Rank, Alpha = 16, Targets = Targets.AllLinear });
        adapter.Attach();
        adapter.Train(true);
        var options = new TrainingOptions
        {
            BatchSize = _cell.Rows,
            MaxLength = _cell.Length,
            GradientCheckpointing = _cell.Recomputed ? GradientCheckpointing.EveryLayer : GradientCheckpointing.None,
        };
        var plan = TrainingPlan.For(adapter, options);
        using var stepper = new Stepper(adapter, new CausalLanguageModel(), options, steps: 1000);
        var seconds = Enumerable.Range(0, Steps).Select(_ => Step(loaded, stepper)).Min();
        return new()
        {
            ["tokens_per_s"] = _cell.Rows * _cell.Length / seconds,
            ["planned_mib"] = (double)(plan.PeakBytes >> 20),
            ["plan"] = $"{plan}",
        };
    }

    private double Step(PretrainedModel model, Stepper stepper)
    {
        using var scope = NewDisposeScope();
        var ids = randint(0, model.Shape.Vocabulary, [_cell.Rows, _cell.Length], dtype: ScalarType.Int64, device: TestDevice.Current);
        return Seconds(() => stepper.Step([new(new(ids), ids)]));
    }

    private sealed record Cell(string Model, int Rows, int Length, int Rank, bool Recomputed)
    {
        public static Cell Parse(string text) => text.Split(',') is [var model, var rows, var length, var rank, var recomputed]
            ? new(model, Number(rows), Number(length), Number(rank), bool.Parse(recomputed))
            : throw new ArgumentException($"{text} is no cell. Write MODEL,ROWS,LENGTH,RANK,RECOMPUTED.");

        public override string ToString() => $"{Model},{Rows},{Length},{Rank},{Recomputed}";

        public string Row(JsonObject line)
        {
            double Of(string key) => line[key]!.GetValue<double>();
            var again = Recomputed ? "all" : "none";
            var measured = $"{Of("tokens_per_s"):F0} | {Of("peak_mib"):F0} | {Of("planned_mib"):F0}";
            return $"| {Model} | {Rows} | {Length} | {Rank} | {again} | {measured} |";
        }

        private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
