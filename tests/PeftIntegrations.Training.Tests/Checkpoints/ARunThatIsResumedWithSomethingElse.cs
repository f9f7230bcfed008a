using PeftIntegrations.Core;

namespace PeftIntegrations.Training.Tests;

[Collection(RandomNumbers.Name)]
public sealed class ARunThatIsResumedWithSomethingElse : IDisposable
{
    private static readonly Lora Method = new() { Rank = 4 };
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingOptions _options;

    public ARunThatIsResumedWithSomethingElse()
    {
        var plain = new TrainingOptions { MaxSteps = 4, BatchSize = 2, LearningRate = 0.05 };
        _options = plain with { CheckpointEvery = 1, CheckpointFolder = _folder["run"], Resume = true };
        new TinyRun(Method, _options).Do(2).Dispose();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_both_methods()
    {
        var message = Refused(() => new TinyRun(new Dora { Rank = 2 }, _options));

        Assert.Contains("its method is Lora {", message, StringComparison.Ordinal);
        Assert.Contains("and now it is Dora {", message, StringComparison.Ordinal);
        Assert.Contains("another CheckpointFolder", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_both_models()
    {
        var message = Refused(() => new TinyRun(Method, _options, modelSeed: 2));

        Assert.Contains("its model is llama, CAUSAL_LM", message, StringComparison.Ordinal);
        Assert.Contains("and now it is llama, CAUSAL_LM", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_both_data()
    {
        var message = Refused(() => new TinyRun(Method, _options, dataSeed: 9));

        Assert.Contains("its data is 11 rows (", message, StringComparison.Ordinal);
        Assert.Contains("its validation data is 3 rows (", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_each_tensor_of_another_trainable_set()
    {
        var message = Refused(() => new TinyRun(Method with { Targets = Targets.Names("q_proj", "o_proj") }, _options));

        const string layer = "trained.base_model.model.model.layers.0.self_attn";
        Assert.Contains($"it has no {layer}.o_proj.lora_A.weight", message, StringComparison.Ordinal);
        Assert.Contains($"it has {layer}.v_proj.lora_A.weight", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_every_option_that_matters()
    {
        var other = _options with
        {
            MaxSteps = 5,
            BatchSize = 3,
            LearningRate = 0.1,
            Seed = 1,
            Shuffle = false,
            Schedule = new CosineSchedule(),
            Optimizer = new Sgd(),
            GradientAccumulation = 2,
            WarmupSteps = 1,
            MaxGradientNorm = null,
            EvaluateEvery = 2,
            Patience = 3,
            GroupByLength = true,
            Packing = new(),
        };

        var message = Refused(() => new TinyRun(Method, other));

        Assert.Contains("number of steps is 4, and now it is 5", message, StringComparison.Ordinal);
        Assert.Contains("LearningRate is 0.05, and now it is 0.1", message, StringComparison.Ordinal);
        Assert.Contains("optimizer is AdamW {", message, StringComparison.Ordinal);
        Assert.Contains("Packing is not set, and now it is Packing {", message, StringComparison.Ordinal);
        Assert.Contains("GroupByLength is not set, and now it is True", message, StringComparison.Ordinal);
        const string rest = "BatchSize Seed Shuffle schedule GradientAccumulation WarmupSteps MaxGradientNorm EvaluateEvery Patience";
        foreach (var name in rest.Split(' '))
        {
            Assert.Contains($"its {name} is ", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Goes_on_where_only_the_pace_of_checkpoints_differs()
    {
        using var run = new TinyRun(Method, _options with { CheckpointEvery = 3 });

        Assert.Equal(2, run.Run.Result.Steps.Count);
    }

    [Fact]
    public void Lets_go_of_the_folder()
    {
        Refused(() => new TinyRun(Method, _options, dataSeed: 9));

        using var run = new TinyRun(Method, _options);

        Assert.Equal(2, run.Run.Result.Steps.Count);
    }

    [Fact]
    public void Is_told_that_a_new_run_would_need_another_folder()
    {
        var message = Refused(() => new TinyRun(Method, _options with { Resume = false }));

        Assert.Contains("checkpoint-000002.safetensors is there already. Set Resume", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_told_that_resuming_needs_a_folder()
    {
        var message = Refused(() => new TinyRun(Method, _options with { CheckpointFolder = null }));

        Assert.Contains("Resume is set, and CheckpointFolder names no folder", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_both_versions_of_the_files()
    {
        var path = Path.Combine(_folder["run"], "checkpoint-000002.safetensors");
        var old = File.ReadAllText(path, System.Text.Encoding.Latin1);
        File.WriteAllText(
            path, old.Replace("\"checkpoint\":\"1\"", "\"checkpoint\":\"7\"", StringComparison.Ordinal), System.Text.Encoding.Latin1);

        var e = Assert.Throws<NotSupportedException>(() => new TinyRun(Method, _options));

        Assert.Contains($"{path} is a checkpoint of version 7, and this library reads 1", e.Message, StringComparison.Ordinal);
        Assert.Contains("Resume with the one that wrote it", e.Message, StringComparison.Ordinal);
    }

    private static string Refused(Func<TinyRun> create) => Assert.Throws<ArgumentException>(create).Message;
}
