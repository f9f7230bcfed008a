using Microsoft.Extensions.Logging;
using PeftIntegrations.Core;

namespace PeftIntegrations.MLNet.Tests;

public sealed class FittingAnEstimator : TinyPipelineTests
{
    [Fact]
    public void Follows_the_seed_of_its_context()
    {
        var (one, two, other) = (Learnt(7), Learnt(7), Learnt(8));

        Assert.Equal(one, two);
        Assert.NotEqual(one, other);
        Assert.Equal(Learnt(7, seed: 3), Learnt(8, seed: 3));
    }

    [Fact]
    public void Reads_its_data_once()
    {
        var read = 0;
        var counted = Context.Transforms.CustomMapping<Letter, Letter>(
            (from, to) =>
            {
                Interlocked.Increment(ref read);
                (to.Id, to.Text, to.Label) = (from.Id, from.Text, from.Label);
            },
            null).Fit(Data).Transform(Data);

        using var model = Context.Peft().TextClassification(Options).Fit(counted);

        Assert.Equal(Letters.Length, read);
    }

    [Fact]
    public void Tells_its_progress_three_ways()
    {
        var (channel, steps, logger) = (new List<string>(), new Steps(), new Lines());
        Context.Log += (_, e) =>
        {
            if (e.Source.Contains("Peft", StringComparison.Ordinal)) channel.Add(e.RawMessage);
        };

        using var model = Fitted(Options with { Progress = steps, Training = Quick with { MaxSteps = 20, Logger = logger } });

        Assert.Equal(20, steps.Count);
        Assert.Contains(channel, line => line.StartsWith("step 20 of 20: loss", StringComparison.Ordinal));
        Assert.Equal(2, logger.Count(line => line.StartsWith("Step", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("LORA"), InlineData("IA3"), InlineData("LOHA"), InlineData("BITFIT"), InlineData("PROMPT_TUNING"), InlineData("DORA")]
    public void Takes_any_method(string name)
    {
        var method = new Registry<PeftMethod>(typeof(Lora).Assembly).Create(name);

        using var model = Fitted(Options with { Method = method, Training = Quick with { MaxSteps = 2 } });

        Assert.All(model.Transform(Data).GetColumn<float[]>("Score"), score => Assert.Equal(1, score.Sum(), 1e-4));
    }

    [Fact]
    public void Judges_by_its_validation_set_and_stops_early()
    {
        var labels = Letters.Select(letter => new Letter { Text = letter.Text, Label = letter.Label == "low" ? "high" : "low" });

        var keys = Context.Transforms.Conversion.MapValueToKey("Label").Fit(Data);
        var judges = keys.Transform(Context.Data.LoadFromEnumerable(labels));

        using var model = Fitted(Options with { ValidationSet = judges, Training = Quick with { Patience = 2 } });

        Assert.True(model.LastTransformer.Training!.StoppedEarly);
        Assert.NotNull(model.LastTransformer.Training.BestValidationLoss);
    }

    [Fact]
    public void Goes_on_from_a_checkpoint()
    {
        using var stop = new CancellationTokenSource();
        var training = Quick with { MaxSteps = 12, CheckpointFolder = Place("checkpoints"), CheckpointEvery = 1, Resume = true, Seed = 4 };
        var steps = new Steps { At = 5, Stop = stop };
        Assert.Throws<OperationCanceledException>(
            () => Keyed(Options with { Training = training, CancellationToken = stop.Token, Progress = steps }).Fit(Data));

        var rest = new Steps();
        using var resumed = Fitted(Options with { Training = training, Progress = rest });
        using var whole = Fitted(Options with { Training = Quick with { MaxSteps = 12, Seed = 4 } });

        Assert.Equal(7, rest.Count);
        Assert.Equal(Scores(whole), Scores(resumed));
    }

    [Fact]
    public void Weighs_classes_as_it_is_told()
    {
        var rows = Context.Data.LoadFromEnumerable([.. Letters, new() { Text = "m", Label = "low" }, new() { Text = "m", Label = "high" }]);

        var low = Weighed(10, 1);
        var high = Weighed(1, 10);

        Assert.True(low > high, $"{low} {high}");

        float Weighed(double ofLow, double ofHigh)
        {
            var weights = new Dictionary<string, double> { ["low"] = ofLow, ["high"] = ofHigh };
            using var model = Context.Peft().TextClassification(Options with { ClassWeights = weights }).Fit(rows);
            return model.Transform(Context.Data.LoadFromEnumerable([new { Text = "m" }])).GetColumn<float[]>("Score").Single()[0];
        }
    }

    [Fact]
    public void Reads_pairs_in_their_order()
    {
        var rows = Letters.SelectMany(
            x => new[] { new { A = x.Text, B = "m", Label = "left" }, new { A = "m", B = x.Text, Label = "right" } });
        var data = Context.Data.LoadFromEnumerable(rows.ToArray());
        var options = Options with { Sentence1ColumnName = "A", Sentence2ColumnName = "B" };

        using var model = Context.MulticlassClassification.Trainers.PeftTextClassification(Context, options).Fit(data);
        var keys = model.Transform(data).GetColumn<uint>("PredictedLabel");

        Assert.Equal(rows.Select((_, i) => (uint)(i % 2) + 1), keys);
    }

    [Fact]
    public void Classifies_by_decoders_too()
    {
        var folder = TinyModelFolder.WriteLlama(Place("llama"));

        using var model = Fitted(Options with { BaseModel = folder, Training = Quick with { Epochs = 60 } });
        var metrics = Context.MulticlassClassification.Evaluate(model.Transform(Data));

        Assert.Equal(1, metrics.MicroAccuracy);
    }

    [Fact]
    public void Takes_the_gpu_that_its_context_names()
    {
        var context = new MLContext(1) { GpuDeviceId = 999, FallbackToCpu = false };
        var (open, falls) = (new PeftModelOptions(), new MLContext(1) { GpuDeviceId = 999, FallbackToCpu = true });

        Assert.Equal(("cuda:999", false), (DeviceOf.Context(open, context).Device, DeviceOf.Context(open, context).FallbackToCpu));
        Assert.True(DeviceOf.Context(open, falls).FallbackToCpu);
        Assert.Equal("cpu", DeviceOf.Context(Plain, context).Device);
        var e = Assert.Throws<ArgumentException>(() => context.Peft().EmbedText(BaseModel).Fit(Data));
        Assert.Contains("cuda:999", e.Message, StringComparison.Ordinal);
    }

    private float[] Learnt(int contextSeed, int? seed = null)
    {
        var context = new MLContext(contextSeed);
        var training = Quick with { MaxSteps = 2 };
        if (seed is { } given) training = training with { Seed = given };
        var data = context.Data.LoadFromEnumerable(Letters);
        using var model = context.Peft().TextClassification(Options with { Training = training }).Fit(data);
        return Scores(model);
    }

    private float[] Scores(ITransformer model) => [.. model.Transform(Data).GetColumn<float[]>("Score").Select(score => score[0])];

    private sealed class Steps : IProgress<TrainingProgress>
    {
        public int Count { get; private set; }

        public int At { get; init; }

        public CancellationTokenSource? Stop { get; init; }

        public void Report(TrainingProgress value)
        {
            Count++;
            if (value.Step == At) Stop?.Cancel();
        }
    }

    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));
    }
}
