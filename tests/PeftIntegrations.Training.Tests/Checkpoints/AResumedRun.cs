using Microsoft.Extensions.Logging;
using PeftIntegrations.Core;

namespace PeftIntegrations.Training.Tests;

[Collection(RandomNumbers.Name)]
public sealed class AResumedRun : IDisposable
{
    private const string Newest = "checkpoint-000005.safetensors";
    private static readonly Lora Dropping = new() { Rank = 4, Dropout = 0.3 };
    private static readonly TrainingOptions Plain = new() { MaxSteps = 8, BatchSize = 2, LearningRate = 0.05, CheckpointEvery = 1 };
    private static readonly TrainingOptions Evaluating = Plain with { EvaluateEvery = 2 };

    private static readonly Dictionary<string, (PeftMethod Method, TrainingOptions Options)> Kinds = new()
    {
        ["LoRA with dropout"] = (Dropping, Plain with { MaxGradientNorm = 0.01 }),
        ["DoRA"] = (new Dora { Rank = 2, Dropout = 0.1 }, Plain with { Schedule = new CosineSchedule(), WarmupSteps = 3 }),
        ["AdaLoRA"] = (
            new AdaLora { InitialRank = 6, TargetRank = 2, StepsBefore = 2, StepsAfter = 3, Dropout = 0.1 }, Plain with { MaxSteps = 10 }),
        ["VeRA with weight decay"] = (new Vera { Rank = 4 }, Plain with { Optimizer = new AdamW { WeightDecay = 0.1 } }),
        ["MoLoRA"] = (new MoLora { Rank = 2 }, Plain),
        ["prefix tuning"] = (new PrefixTuning { Length = 3, HasProjection = true }, Plain),
        ["gradient accumulation"] = (Dropping, Plain with { GradientAccumulation = 4, BatchSize = 1 }),
        ["evaluation"] = (Dropping, Evaluating with { Patience = 100 }),
        ["early stopping"] = (Dropping, Evaluating with { EvaluateEvery = 1, Patience = 2, LearningRate = 3, MaxSteps = 12 }),
        ["grouped by length"] = (Dropping, Plain with { GroupByLength = true }),
        ["packed"] = (Dropping, Plain with { Packing = new() { Length = 16 } }),
        ["layers that are run again"] = (Dropping, Plain with { GradientCheckpointing = GradientCheckpointing.EveryLayer }),
        ["plain descent, unshuffled"] = (Dropping, Plain with { Optimizer = new Sgd(), Shuffle = false }),
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. Kinds.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void Ends_as_one_that_never_stopped_wherever_it_was_left(string kind)
    {
        var (method, options) = Kinds[kind];
        using var whole = new TinyRun(method, options);
        var expected = whole.Do().Hash;

        for (var step = 0; step <= whole.Run.Result.Steps.Count; step++)
        {
            var here = options with { CheckpointFolder = _folder[$"{step}"] };
            new TinyRun(method, here).Do(step).Dispose();
            var start = step == 0 ? 42 : 7; // a start that is not the run's is replaced
            using var resumed = new TinyRun(method, here with { Resume = true }, adapterSeed: start);
            Assert.Equal(step, resumed.Run.Result.Steps.Count);
            Assert.Equal((step, expected), (step, resumed.Do().Hash));
        }
    }

    [Fact]
    public void Ends_the_same_after_a_stop_at_every_step()
    {
        var options = Plain with { CheckpointFolder = _folder["run"], Resume = true };
        using var whole = new TinyRun(Dropping, Plain);
        var expected = whole.Do().Hash;

        for (var step = 1; step <= 8; step++) new TinyRun(Dropping, options).Do(1).Dispose();
        using var last = new TinyRun(Dropping, options);

        Assert.True(last.Run.IsDone);
        Assert.Equal(expected, last.Hash);
    }

    [Fact]
    public void Really_stops_early_where_it_is_tested_to()
    {
        var (method, options) = Kinds["early stopping"];
        using var whole = new TinyRun(method, options);

        var result = whole.Do().Run.Result;

        Assert.True(result is { StoppedEarly: true, Steps.Count: > 2 and < 12 });
    }

    [Fact]
    public void That_was_over_has_its_result_at_once()
    {
        var options = Plain with { CheckpointFolder = _folder["run"], CheckpointEvery = 100 };
        using var whole = new TinyRun(Dropping, options);
        whole.Do().Run.Dispose();

        using var again = new TinyRun(Dropping, options with { Resume = true });

        Assert.True(again.Run.IsDone);
        Assert.Equal(whole.Hash, again.Hash);
        Assert.Equal(whole.Run.Result.Elapsed, again.Run.Result.Elapsed);
    }

    [Fact]
    public void Is_not_changed_by_other_random_numbers_between_its_steps()
    {
        using var whole = new TinyRun(Dropping, Plain);
        var expected = whole.Do().Hash;
        using var other = new TinyRun(Dropping, Plain);

        for (var step = 0; step < 8; step++)
        {
            rand(step).Dispose();
            other.Do(1);
        }

        Assert.Equal(expected, other.Hash);
    }

    [Fact]
    public void Keeps_two_checkpoints_and_logs_where_it_goes_on()
    {
        var log = new Recorder();
        var options = Plain with { CheckpointFolder = _folder["run"], CheckpointEvery = 2, Logger = log };
        new TinyRun(Dropping, options).Do(7).Dispose();

        using var resumed = new TinyRun(Dropping, options with { Resume = true });

        Assert.Equal(["checkpoint-000004.safetensors", "checkpoint-000006.safetensors"], Files());
        Assert.Equal($"Information: Resuming from {Path.Combine(_folder["run"], Files()[1])}, after step 6", log.Lines[^1]);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.999)]
    [InlineData(-1.0)]
    public void Takes_the_checkpoint_before_where_the_newest_is_damaged_and_says_so(double where)
    {
        var log = new Recorder();
        var options = Plain with { CheckpointFolder = _folder["run"], Resume = true, Logger = log };
        using var whole = new TinyRun(Dropping, Plain);
        new TinyRun(Dropping, options).Do(5).Dispose();
        Damage(Path.Combine(_folder["run"], Newest), where);

        using var resumed = new TinyRun(Dropping, options);
        var at = resumed.Run.Result.Steps.Count;

        Assert.Equal(4, at);
        var warning = $"Warning: {Path.Combine(_folder["run"], Newest)} is damaged";
        Assert.Contains(log.Lines, line => line.StartsWith(warning, StringComparison.Ordinal));
        Assert.Equal(whole.Do().Hash, resumed.Do().Hash);
        Assert.Equal(["checkpoint-000007.safetensors", "checkpoint-000008.safetensors"], Files());
    }

    [Fact]
    public void Sees_a_changed_bit_anywhere()
    {
        var options = Plain with { CheckpointFolder = _folder["run"], Resume = true };
        new TinyRun(new Lora { Rank = 1, Targets = Targets.Names("q_proj"), Layers = [0] }, options).Do(1).Dispose();
        var path = Path.Combine(_folder["run"], "checkpoint-000001.safetensors");
        var good = File.ReadAllBytes(path);

        using var scope = NewDisposeScope();
        for (var i = 0; i < good.Length; i += 5)
        {
            byte[] bad = [.. good];
            bad[i] ^= (byte)(1 << i % 8);
            File.WriteAllBytes(path, bad);
            var e = Record.Exception(() => TrainingCheckpoint.Read(path));
            Assert.True(e is InvalidDataException or NotSupportedException || IsPadding(good, i), $"byte {i} of {good.Length}: {e}");
        }
    }

    [Fact]
    public void Is_refused_where_all_checkpoints_are_damaged()
    {
        var options = Plain with { CheckpointFolder = _folder["run"], Resume = true };
        new TinyRun(Dropping, options).Do(5).Dispose();
        foreach (var file in Files()) Damage(Path.Combine(_folder["run"], file), 0.9);

        var e = Assert.Throws<InvalidDataException>(() => new TinyRun(Dropping, options));

        Assert.Contains("checkpoint-000004", e.Message, StringComparison.Ordinal);
        Assert.Contains("checkpoint-000005", e.Message, StringComparison.Ordinal);
        Assert.Contains("another folder", e.Message, StringComparison.Ordinal);
    }

    private static bool IsPadding(byte[] file, int at)
    {
        var end = 8 + (int)BitConverter.ToInt64(file);
        return at >= 8 && at < end && file.AsSpan(at..end).Trim((byte)' ').IsEmpty;
    }

    private static void Damage(string path, double where)
    {
        using var file = new FileStream(path, FileMode.Open);
        if (where < 0)
        {
            file.SetLength(file.Length / 2);
            return;
        }

        file.Position = (long)(where * file.Length);
        var old = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(old ^ 0x10));
    }

    private string[] Files() =>
        [.. Directory.EnumerateFiles(_folder["run"], "*.safetensors").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private sealed class Recorder : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
