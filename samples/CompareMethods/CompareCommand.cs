using System.Diagnostics;
using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Cli;

namespace CompareMethods;

/// <summary>Runs each method in a process of its own, and shows what they came to.</summary>
internal sealed class CompareCommand : AsyncCommand<CompareSettings>
{
    public override async Task<int> ExecuteAsync(CommandContext context, CompareSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Only is { } name)
        {
            var one = await Measurement.Of(Contestant.Find(name)!, settings, new StepLines(), cancellationToken);
            Console.WriteLine(JsonSerializer.Serialize(one));
            return Exit.Done;
        }

        var watch = Stopwatch.StartNew();
        AnsiConsole.WriteLine(WordsOf(settings));
        var all = await Display().StartAsync(progress => Measure(progress, settings, cancellationToken));
        Measurement[] best = [.. all.OrderByDescending(one => one.Accuracy)];
        AnsiConsole.Write(TableOf(best));
        Picture.Save(best, settings.Out);
        if (!Picture.HasWords) AnsiConsole.WriteLine("No font is installed here, so the picture has no words.");
        var seconds = watch.Elapsed.TotalSeconds;
        AnsiConsole.WriteLine($"{seconds:F0} s in all. The picture is {settings.Out}, the adapters are in {settings.Adapters}.");
        return Exit.Done;
    }

    private static string WordsOf(CompareSettings settings)
    {
        var (taught, judged, model) = (settings.Taught, settings.Judged, Path.GetFileName(settings.ModelFolder.TrimEnd('/', '\\')));
        var chance = judged.GroupBy(text => text.Label).Max(same => same.Count()) / (double)judged.Count;
        return $"{model} tells {taught.Labels.Count} intents apart: {taught.Count} texts teach it, {settings.Steps} steps of " +
            $"{Measurement.TextsPerStep}; {judged.Count} others judge it ({100 * chance:F1} % is chance).";
    }

    private static Progress Display() => AnsiConsole.Progress()
        .Columns(new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new TaskDescriptionColumn());

    private static async Task<IReadOnlyList<Measurement>> Measure(
        ProgressContext progress, CompareSettings settings, CancellationToken cancellationToken)
    {
        var all = new List<Measurement>();
        var bars = Contestant.All.Select(one => progress.AddTask(one.Shown, autoStart: false, maxValue: settings.Steps)).ToArray();
        foreach (var (one, bar) in Contestant.All.Zip(bars))
        {
            bar.StartTask();
            all.Add(await ChildProcess.Measure(one, settings, Said, cancellationToken));
            bar.Description = $"{one.Shown}: {100 * all[^1].Accuracy:F1} %";
            bar.StopTask();

            void Said(string line)
            {
                bar.Description = Markup.Escape($"{one.Shown}: {line}");
                bar.Increment(1);
            }
        }

        return all;
    }

    private static Table TableOf(IEnumerable<Measurement> all)
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumn("method");
        foreach (var column in Column.All) table.AddColumn(new TableColumn(column.Title).RightAligned());
        foreach (var one in all) table.AddRow([Contestant.Find(one.Method)!.Shown, .. Column.All.Select(column => column.Text(one))]);
        return table;
    }
}
