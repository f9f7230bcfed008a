using System.Diagnostics;
using PeftIntegrations;
using PeftIntegrations.Core;
using PeftIntegrations.Data;
using PeftIntegrations.Training;

namespace CompareMethods;

/// <summary>What a method came to.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Accuracy">The share of the test texts whose label it tells.</param>
/// <param name="Trained">Numbers it trains, the head's among them.</param>
/// <param name="FileBytes">Size of the saved adapter.</param>
/// <param name="PeakBytes">The most memory that its process had at a time.</param>
/// <param name="Seconds">How long it trained.</param>
/// <param name="LearningRate">The rate it trained at.</param>
internal sealed record Measurement(
    string Method, double Accuracy, long Trained, long FileBytes, long PeakBytes, double Seconds, double LearningRate)
{
    public const int TextsPerStep = 16;

    private const int Tokens = 64; // what is longer is cut off

    /// <summary>Trains a method in this process and judges it.</summary>
    public static async Task<Measurement> Of(
        Contestant one, CompareSettings settings, IProgress<TrainingProgress> progress, CancellationToken cancellationToken)
    {
        var (taught, judged, folder) = (settings.Taught, settings.Judged, Path.Combine(settings.Adapters, one.Name));
        var opening = new PeftModelOptions { Labels = taught.Labels, DType = ScalarType.Float32, Device = "cpu" };
        await using var model = await PeftModel.LoadAsync(settings.ModelFolder, opening, cancellationToken);
        var length = Math.Min(Tokens, model.Shape.MaxPositions);
        var options = new TrainingOptions
        {
            MaxSteps = settings.Steps,
            BatchSize = TextsPerStep,
            MaxLength = length,
            Overflow = Overflow.Truncate,
            LearningRate = settings.LearningRate ?? one.LearningRate,
            WarmupSteps = settings.Steps / 10,
        };

        var training = await model.TrainAsync(one.Name, one.Method, taught, options, progress, cancellationToken);
        await model.SaveAdapterAsync(one.Name, folder, cancellationToken);
        string[] texts = [.. judged.Select(text => text.Text)];
        var told = await model.ClassifyAsync(texts, one.Name, new() { MaxLength = length }, cancellationToken);
        var accuracy = new Accuracy().Of([.. told.Select(text => taught.ClassOf(text.Label))], [.. judged.Select(ClassOf)]);

        using var process = Process.GetCurrentProcess();
        var size = new FileInfo(Path.Combine(folder, AdapterFolder.TensorFile)).Length;
        return new(
            one.Name, accuracy, training.TrainableCount, size, process.PeakWorkingSet64, training.Elapsed.TotalSeconds,
            options.LearningRate);

        int ClassOf(LabelledText text) => taught.ClassOf(text.Label);
    }
}
