using System.Diagnostics;
using PeftIntegrations.Training;
using Spectre.Console;

namespace Quickstart;

/// <summary>What training came to, whether it went to its end or was interrupted.</summary>
internal sealed record Training(IReadOnlyList<TrainingProgress> Steps, TimeSpan Elapsed);

/// <summary>A training run with a progress bar.</summary>
internal sealed class TrainingDisplay(ProgressTask bar) : IProgress<TrainingProgress>
{
    private readonly List<TrainingProgress> _steps = [];

    /// <summary>Trains until <paramref name="work"/> is done, or interrupted after a step.</summary>
    public static Task<Training> Run(int steps, Func<IProgress<TrainingProgress>, Task> work) => AnsiConsole.Progress()
        .Columns(new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn())
        .StartAsync(async context =>
        {
            var display = new TrainingDisplay(context.AddTask("preparing", maxValue: steps));
            var watch = Stopwatch.StartNew();
            try
            {
                await work(display);
            }
            catch (OperationCanceledException) when (display._steps.Count > 0)
            {
                // The adapter is as after the last whole step.
            }

            return new Training(display._steps, watch.Elapsed);
        });

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        _steps.Add(value);
        bar.Description = $"step {value.Step}, loss {value.Loss:F3}, {value.TokensPerSecond:N0} tokens/s";
        bar.Value = value.Step;
    }
}
