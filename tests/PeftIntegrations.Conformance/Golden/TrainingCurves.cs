using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Training;

namespace PeftIntegrations.Conformance;

/// <summary>
/// Every training case of the reference set whose architecture, method and optimiser are registered: each step's numbers, and the tensors
/// at the end.
/// </summary>
public sealed class TrainingCurves(CaseReport report)
{
    private static readonly Registry<OptimizerRule> Optimizers = new(typeof(AdamW).Assembly);

    private const string Prefix = "base_model.model.";

    public static IEnumerable<TheoryDataRow<string>> Cases => ReferenceSet.Current.Cases("training");

    [Theory, MemberData(nameof(Cases))]
    public void Follow_the_peers(string folder) => GoldenCase.Run(report, "training", folder, golden =>
    {
        var type = golden.Facts["dtype"]?.ToString() == "torch.bfloat16" ? ScalarType.BFloat16 : ScalarType.Float32;
        using var model = Claimed.Model(golden.Resolve("base"), type);
        using var adapter = Start(golden, model);
        var options = Options(golden);
        var batches = GoldenCase.Tensors(Path.Combine(folder, "batches.safetensors"));
        var steps = (int)batches["input_ids"].shape[0];
        adapter.Attach();
        adapter.Train(true);
        using var stepper = new Stepper(adapter, ObjectiveOf(model), options, steps);

        TrainingStep Step(int step)
        {
            var numbers = stepper.Step(Batches(batches, step, options.GradientAccumulation));
            CheckRanks(golden, adapter, step);
            return numbers;
        }

        var done = Enumerable.Range(0, steps).Select(Step).ToArray();

        var norms = done.Select(step => step.GradientNorm).ToArray();
        golden.Check("loss", tensor(done.Select(step => step.Loss).ToArray()));
        golden.Check("grad_norm", tensor(norms), Math.Max(golden.Tolerance, 1e-4 * norms.Max()));
        golden.Check("lr", tensor(done.Select(step => step.LearningRate).ToArray()), 1e-7);
        var tolerance = golden.Facts["tolerance_final"]?.GetValue<double>();
        var stored = adapter.Stored;
        foreach (var key in golden.Keys("final").Where(IsTrained))
        {
            golden
            .Check($"final.{key}", stored.GetValueOrDefault(key) ?? stored[Prefix + key], tolerance);
        }
    });

    /// <summary>Where the method prunes ranks: how many each layer has left after the step.</summary>
    private static void CheckRanks(GoldenCase golden, Adapter adapter, int step)
    {
        if (golden.Facts["ranks_left_after_step"]?[step] is not JsonObject layers) return;

        long Left(string key) => adapter.Tensors[OurName(key)].count_nonzero().item<long>();
        Assert.All(layers, layer => Assert.Equal(layer.Value!.GetValue<long>(), Left(layer.Key)));
    }

    /// <summary>What peft calls a tensor in memory, as files call it.</summary>
    private static string OurName(string key) => $"{key}.".Replace(".default.", ".", StringComparison.Ordinal).TrimEnd('.');

    /// <summary>Not one of the frozen weights that peft repeats in an adapter's file.</summary>
    private static bool IsTrained(string key) => !key.Contains(".base_layer.", StringComparison.Ordinal);

    private static Objective ObjectiveOf(PretrainedModel model) =>
        model.Head.TaskType == "CAUSAL_LM" ? new CausalLanguageModel() : new Classification();

    /// <summary>
    /// The adapter before the first step; where the file holds only what an encoder made, with the encoder's own tensors.
    /// </summary>
    private static Adapter Start(GoldenCase golden, PretrainedModel model)
    {
        var folder = Path.Combine(golden.Folder, "start");
        if (!Directory.Exists(folder)) return WithoutFile(golden, model);

        var encoder = golden.Keys("start").ToArray();
        if (encoder.Length == 0) return Claimed.Adapter(folder, model);

        var config = JsonFile.Read(GoldenCase.Needed(Path.Combine(folder, AdapterFolder.ConfigFile)));
        config["inference_mode"] = false;
        var adapter = new Adapter(model, MethodFile.Read(config, Claimed.Methods, folder));
        using var _ = no_grad();
        foreach (var key in encoder) adapter.Tensors[OurName(key)].copy_(golden.Expected[$"start.{key}"]);

        return adapter;
    }

    /// <summary>The model's own tensors, all or some: the method that trains what the case's list names.</summary>
    private static Adapter WithoutFile(GoldenCase golden, PretrainedModel model)
    {
        var trained = golden.Facts["trained"]!.AsArray().Select(name => Prefix + name).ToHashSet();
        foreach (var method in Claimed.Methods.Types.Values.Select(type => (PeftMethod)Activator.CreateInstance(type)!))
        {
            var adapter = TryMake(model, method);
            if (adapter?.Tensors.Keys.ToHashSet().SetEquals(trained) == true) return adapter;
            adapter?.Dispose();
        }

        Assert.Skip($"training of the model's own tensors ({Path.GetFileName(golden.Folder)})");
        throw new System.Diagnostics.UnreachableException();
    }

    private static Adapter? TryMake(PretrainedModel model, PeftMethod method)
    {
        try
        {
            return new(model, method);
        }
        catch (ArgumentException)
        {
            return null; // the method has nothing to train here
        }
    }

    private static TrainingOptions Options(GoldenCase golden)
    {
        var hyper = golden.Facts["hyper"]!;
        double Number(string name) => hyper[name]!.GetValue<double>();
        var name = golden.Facts["optimiser"]!.ToString();
        Assert.SkipUnless(Optimizers.Names.Contains(name), $"optimiser {name}");
        var optimizer = Optimizers.Create(name);
        return new()
        {
            LearningRate = Number("lr"),
            WarmupSteps = hyper["warmup"]!.GetValue<int>(),
            Schedule = new CosineSchedule(),
            GradientAccumulation = golden.Facts["accumulation"]!.GetValue<int>(),
            MaxGradientNorm = golden.Facts["clip"]?.GetValue<double>(),
            Optimizer = optimizer is AdamW adam
                ? adam with
                {
                    Beta1 = Number("beta1"),
                    Beta2 = Number("beta2"),
                    Epsilon = Number("eps"),
                    WeightDecay = Number("weight_decay"),
                }
                : optimizer,
        };
    }

    private static TrainingBatch[] Batches(Dictionary<string, Tensor> batches, int step, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new TrainingBatch(
            new(batches["input_ids"][step, i], batches["attention_mask"][step, i].to(ScalarType.Bool)), batches["labels"][step, i])),
    ];
}
