using PeftIntegrations.Core;

namespace PeftIntegrations.Tests;

public sealed class TrainingMany : TinyModelTests
{
    private static Texts Others => Texts.FromLines(["what is it", "nobody knows, and nobody asks", "why", "so it goes", "on and on"]);

    private static TrainingJob[] Jobs =>
    [
        new("lora", new Lora { Rank = 4, Targets = Targets.AllLinear }, SomeText) { Options = Quick with { MaxSteps = 5 } },
        new("dora", new Dora { Rank = 2, TokenIndices = [5, 70] }, Others)
        {
            Options = Quick with { BatchSize = 1, GradientAccumulation = 3, LearningRate = 0.05, Seed = 7, Validation = SomeText },
        },
        new("ia3", new Ia3(), SomeText) { Options = Quick with { MaxSteps = 8, Schedule = new ConstantSchedule(), MaxGradientNorm = 0.1 } },
        new("head", new Lora { Rank = 3, ModulesToSave = ["lm_head"] }, Texts.FromPairs([("a question", " and its answer"), ("b", "c")]))
        {
            Options = Quick with { MaxSteps = 4, Optimizer = new Sgd() },
        },
    ];

    [Fact]
    public async Task Gives_each_job_the_losses_it_has_alone()
    {
        var jobs = Jobs;
        var alone = await Alone(jobs);

        var together = await Model.TrainManyAsync(jobs, cancellationToken: Cancellation);

        Assert.Equal(jobs.Select(job => job.Name), together.Select(result => result.Name));
        Assert.All(together.Zip(alone), pair => AssertSame(pair.Second, pair.First));
        Assert.Equal(["lora", "dora", "ia3", "head"], await Model.AdapterNamesAsync(Cancellation));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_low_rank_is_as_alone_whatever_the_ranks_and_places(bool recomputed)
    {
        var how = Quick with { GradientCheckpointing = recomputed ? GradientCheckpointing.EveryLayer : GradientCheckpointing.None };
        TrainingJob[] jobs =
        [
            new("all", new Lora { Rank = 4, Targets = Targets.AllLinear }, SomeText) { Options = how },
            new("some", new Lora { Rank = 2, Alpha = 3, Targets = Targets.Names("v_proj", "up_proj") }, Others) { Options = how },
            new("rows", new Lora { Rank = 8, Targets = Targets.Names("embed_tokens", "q_proj", "down_proj", "lm_head") }, Others)
            {
                Options = how with { BatchSize = 3 },
            },
        ];
        var alone = await Alone(jobs);

        var together = await Model.TrainManyAsync(jobs, cancellationToken: Cancellation);

        Assert.All(together.Zip(alone), pair => AssertSame(pair.Second, pair.First));
    }

    [Fact]
    public async Task Of_classifiers_gives_each_a_head_of_its_own()
    {
        await using var model = await PeftModel.LoadAsync(
            TinyBert.Write(Place("bert")), Plain with { Labels = ["low", "high"] }, Cancellation);
        TrainingJob[] jobs =
        [
            new("letters", new Lora { Rank = 4 }, LabelledTexts.From([new("a b", "low"), new("x y z", "high")])) { Options = Quick },
            new("turned", new Ia3(), LabelledTexts.From([new("a b c", "high"), new("z", "low"), new("y", "low")])) { Options = Quick },
        ];
        var alone = await Alone(model, jobs);

        var together = await model.TrainManyAsync(jobs, cancellationToken: Cancellation);

        Assert.All(together.Zip(alone), pair => AssertSame(pair.Second, pair.First));
        var scores = jobs.Select(job => model.Classify(["a b"], job.Name, cancellationToken: Cancellation)[0].Scores[0]);
        Assert.Equal(2, scores.Distinct().Count());
    }

    [Fact]
    public async Task Takes_steps_in_turn_where_a_pass_cannot_be_shared()
    {
        TrainingJob[] jobs =
        [
            new("prompt", new PromptTuning { Length = 3 }, SomeText) { Options = Quick },
            new("lora", new Lora { Rank = 4 }, Others) { Options = Quick },
            new("block", new Houlsby { ReductionFactor = 4 }, Others) { Options = Quick with { MaxSteps = 2 } },
            new("packed", new Lora { Rank = 4 }, Others) { Options = Quick with { Packing = new() } },
        ];
        var alone = await Alone(jobs);

        var together = await Model.TrainManyAsync(jobs, cancellationToken: Cancellation);

        Assert.All(together.Zip(alone), pair => AssertSame(pair.Second, pair.First));
    }

    [Fact]
    public async Task Stops_the_job_whose_loss_is_no_number_and_goes_on_with_the_others()
    {
        var wild = Quick with { MaxSteps = 50, LearningRate = 1e30, MaxGradientNorm = null, Schedule = new ConstantSchedule() };
        var others = Jobs;
        var alone = await Alone(others);

        var together = await Model.TrainManyAsync(
            [others[0], new("wild", new Lora { Rank = 4, Start = new RandomStart() }, SomeText) { Options = wild }, .. others[1..]],
            cancellationToken: Cancellation);

        var e = Assert.IsType<TrainingDivergedException>(together[1].Problem);
        Assert.Equal(together[1].Result.Steps.Count + 1, e.Step);
        Assert.All(together.Where(result => result.Name != "wild").Zip(alone), pair => AssertSame(pair.Second, pair.First));
        Assert.NotEmpty(await Continue("wild"));
    }

    [Fact]
    public async Task Names_every_job_that_cannot_begin_before_anything_is_trained()
    {
        await File.WriteAllTextAsync(Place("broken.jsonl"), "{\"text\": \"good\"}\n{\"text\": \n", Cancellation);
        var text = await Train("lora");
        var seen = new List<JobProgress>();
        TrainingJob[] jobs =
        [
            Jobs[0], new("broken", Small, () => Texts.FromFile(Place("broken.jsonl"))),
            new("missing", Small, () => Texts.FromFile(Place("no.txt"))), Jobs[1],
            new("dora", Small, SomeText), new("../x", Small, SomeText),
        ];

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Model.TrainManyAsync(jobs, new Recorder(seen.Add), Cancellation));
        var nowhere = new TrainingJob("nowhere", new Lora { Targets = Targets.Names("c_attn") }, SomeText);
        var place = await Assert.ThrowsAsync<ArgumentException>(() => Model.TrainManyAsync([Jobs[0], nowhere], null, Cancellation));

        Assert.Contains("4 of 6 jobs cannot begin, so none does", e.Message, StringComparison.Ordinal);
        Assert.All(["'broken'", "broken.jsonl", "line 2", "'missing'", "'dora': another job has this name", "'../x'"],
            part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
        Assert.Contains("job 'nowhere'", place.Message, StringComparison.Ordinal);
        Assert.Empty(seen);
        Assert.Equal(text, await Continue("lora"));
    }

    [Fact]
    public async Task Tells_of_every_step_and_leaves_adapters_as_after_the_last_when_cancelled()
    {
        var whole = Jobs[0] with { Options = Quick with { MaxSteps = 2, Schedule = new ConstantSchedule() } };
        await Alone([whole]);
        var expected = await Continue("lora");
        using var stop = new CancellationTokenSource();
        var seen = new List<(string, int)>();
        var progress = new Recorder(step =>
        {
            seen.Add((step.Job, step.Step.Step));
            if (step is { Job: "ia3", Step.Step: 2 }) stop.Cancel();
        });
        var longer = whole with { Options = whole.Options with { MaxSteps = 900 } };
        TrainingJob[] jobs = [longer, Jobs[2] with { Options = Quick with { MaxSteps = 900 } }];

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Model.TrainManyAsync(jobs, progress, stop.Token));

        Assert.Equal([("lora", 1), ("ia3", 1), ("lora", 2), ("ia3", 2)], seen);
        Assert.Equal(expected, await Continue("lora"));
    }

    private Task<TrainingResult[]> Alone(IEnumerable<TrainingJob> jobs) => Alone(Model, jobs);

    private static async Task<TrainingResult[]> Alone(PeftModel model, IEnumerable<TrainingJob> jobs)
    {
        var results = new List<TrainingResult>();
        foreach (var job in jobs)
        {
            results.Add(await model.TrainAsync(job.Name, job.Method!, job.Data(), job.Options, cancellationToken: Cancellation));
        }

        return [.. results];
    }

    private static void AssertSame(TrainingResult alone, TrainingJobResult together)
    {
        Assert.Null(together.Problem);
        Assert.Equal(alone.Steps.Count, together.Result.Steps.Count);
        Assert.All(alone.Steps.Zip(together.Result.Steps), pair =>
        {
            Assert.InRange(pair.Second.Loss, pair.First.Loss - 1e-4, pair.First.Loss + 1e-4);
            Assert.InRange(pair.Second.GradientNorm / pair.First.GradientNorm, 0.999, 1.001);
            Assert.Equal((pair.First.Epoch, pair.First.LearningRate), (pair.Second.Epoch, pair.Second.LearningRate));
            Assert.Equal(pair.First.ValidationLoss ?? 0, pair.Second.ValidationLoss ?? 0, 1e-4);
        });
    }

    // Progress<T> reports later, on another thread.
    private sealed class Recorder(Action<JobProgress> record) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => record(value);
    }
}
