using PeftIntegrations.Core;
using PeftIntegrations.Data;
using PeftIntegrations.Training;

namespace PeftIntegrations.Conformance;

/// <summary>
/// What is made anywhere but where the model is, is met on a GPU. Here all that names no device is made on another one, which refuses to
/// mix with the model's.
/// </summary>
[Collection(nameof(OneRandomStream))]
public sealed class EveryDevice
{
    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Is_named_where_a_method_makes_a_tensor(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        OnNone(() =>
        {
            using var adapter = new Adapter(law.Model, law.Method);
            adapter.Attach();
            LawCase.Perturb(adapter);

            adapter.Train(true);
            law.Loss().backward();
            foreach (var part in adapter.Powers<IAuxiliaryLoss>()) Assert.Equal(TestDevice.Current.type, part.Loss().device_type);

            Assert.All(adapter.Tensors, pair => Assert.Equal(TestDevice.Current.type, pair.Value.device_type));
            Assert.All(adapter.Trainable, tensor => Assert.Equal(TestDevice.Current.type, tensor.grad?.device_type));
            Assert.All(adapter.Stored, pair => Assert.Equal(TestDevice.Current.type, pair.Value.device_type));
            adapter.Detach();
        });
    }

    [Theory, MemberData(nameof(LawCase.Pairs), MemberType = typeof(LawCase))]
    public void Is_named_by_a_training_run_and_its_checkpoints(string method, string architecture)
    {
        using var law = new LawCase(method, architecture, "fp32", LawCase.OwnLayers);
        using var folder = new TemporaryFolder();
        var options = new TrainingOptions
        {
            MaxSteps = 2,
            BatchSize = 2,
            Patience = 1,
            Optimizer = new AdamW { WeightDecay = 0.1 },
            CheckpointFolder = folder.Path,
            Resume = true,
        };
        OnNone(() =>
        {
            law.Adapter.Attach();
            for (var i = 0; i < 2; i++)
            {
                using var run = Run(law, options);
                while (!run.IsDone) run.Next();
                Assert.True(double.IsFinite(run.Result.FinalLoss));
            }
        });
    }

    [Fact]
    public void Is_named_while_text_is_made()
    {
        using var law = new LawCase("LORA", "llama", "fp32", LawCase.OwnLayers);

        OnNone(() => Claimed.Continue(
            law.Model, law.Batch, new() { MaxNewTokens = 3, Sample = true, TopK = 5, TopP = 0.9, RepetitionPenalty = 1.1 }));
    }

    private static TrainingRun Run(LawCase law, TrainingOptions options)
    {
        EncodedText[] texts = [new([2, 3, 4], null), new([5, 6], null), new([7, 8, 9, 10], [0, 0, 1, 1])];
        ITrainingRows rows = law.Model.Head.TaskType == "CAUSAL_LM"
            ? new SequenceRows([.. texts.Select(text => new TokenSequence(text.Ids, text.Ids))])
            : new ClassRows(texts, [0, 1, 2]);
        Objective objective = rows is ClassRows ? new Classification { ClassWeights = [1, 2, 1] } : new CausalLanguageModel();
        return new(law.Adapter, rows, rows, options, objective);
    }

    private static void OnNone(Action what)
    {
        set_default_device(new Device(DeviceType.META));
        try
        {
            what();
        }
        finally
        {
            set_default_device(TestDevice.Current);
        }
    }
}
