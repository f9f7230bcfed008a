using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using PeftIntegrations.Training;

namespace PeftIntegrations.Conformance;

/// <summary>Every training case of the reference set whose architecture, method and optimiser are registered: each step's numbers, and the tensors at the end.</summary>
public sealed class TrainingCurves(CaseReport report)
{
    private static readonly Registry<PeftMethod> Methods = new(typeof(Lora).Assembly);
    private static readonly Registry<OptimizerRule> Optimizers = new(typeof(AdamW).Assembly);

    public static IEnumerable<TheoryDataRow<string>> Cases => ReferenceSet.Current.Cases("training");

    [Theory, MemberData(nameof(Cases))]
    public void Follow_the_peers(string folder) => report.Run("training", ReferenceSet.Current.NameOf(folder), () =>
    {
        using var golden = new GoldenCase(folder);
        var type = golden.Facts["dtype"]!.ToString() == "torch.bfloat16" ? ScalarType.BFloat16 : ScalarType.Float32;
        using var model = ClaimedModel.Load(golden.Resolve("base"), type);
        using var adapter = Start(golden, model);
        var options = Options(golden);
        var batches = GoldenCase.Tensors(Path.Combine(folder, "batches.safetensors"));
        var steps = (int)golden.Expected["loss"].shape[0];
        adapter.Attach();
        adapter.Train(true);
        using var stepper = new Stepper(adapter, Objective(model), options, steps);

        var done = Enumerable.Range(0, steps).Select(step => stepper.Step(Batches(batches, step, options.GradientAccumulation))).ToArray();

        golden.Check("loss", tensor(done.Select(step => step.Loss).ToArray()));
        golden.Check("grad_norm", tensor(done.Select(step => step.GradientNorm).ToArray()), Math.Max(golden.Tolerance, 1e-4 * done.Max(step => step.GradientNorm)));
        golden.Check("lr", tensor(done.Select(step => step.LearningRate).ToArray()), 1e-7);
        foreach (var (key, value) in adapter.Stored)
        {
            var name = golden.Expected.ContainsKey($"final.{key}") ? $"final.{key}" : $"final.{key.Replace("base_model.model.", "", StringComparison.Ordinal)}";
            golden.Check(name, value, golden.Facts["tolerance_final"]!.GetValue<double>());
        }
    });

    private static Objective Objective(PretrainedModel model) => model.Head.TaskType switch
    {
        "CAUSAL_LM" => new CausalLanguageModel(),
        "SEQ_CLS" => new Classification(),
        var other => throw new InvalidOperationException(other),
    };

    /// <summary>The adapter before the first step: as a file has it; or, where the file holds only what an encoder made, with the encoder's own tensors.</summary>
    private static Adapter Start(GoldenCase golden, PretrainedModel model)
    {
        const string Encoder = "start.";
        var start = Path.Combine(golden.Folder, "start");
        if (!Directory.Exists(start)) return Unstored(golden, model);

        var encoder = golden.Expected.Where(pair => pair.Key.StartsWith(Encoder, StringComparison.Ordinal)).ToArray();
        if (encoder.Length == 0) return Claimed.Adapter(start, model, Methods, golden.Facts);

        var config = JsonFile.Read(Path.Combine(start, AdapterFolder.ConfigFile));
        config["inference_mode"] = false;
        var adapter = new Adapter(model, MethodFile.Read(config, Methods, start));
        using var _ = no_grad();
        foreach (var (name, value) in encoder) adapter.Tensors[name[Encoder.Length..].Replace(".default.", ".", StringComparison.Ordinal)].copy_(value);
        return adapter;
    }

    /// <summary>The model's own tensors, all or some: by the case's list of what is trained.</summary>
    private static Adapter Unstored(GoldenCase golden, PretrainedModel model)
    {
        var trained = golden.Facts["trained"]!.AsArray().Select(name => name!.ToString()).ToHashSet();
        var method = Methods.Names.Select(name => Methods.Types[name]).Where(type => type.GetConstructor([]) is not null)
            .Select(type => (PeftMethod)Activator.CreateInstance(type)!).FirstOrDefault(method => NamesOf(model, method).SetEquals(trained));
        Assert.SkipWhen(method is null, $"training of the model's own tensors ({Path.GetFileName(golden.Folder)})");
        return new(model, method!);
    }

    private static HashSet<string> NamesOf(PretrainedModel model, PeftMethod method)
    {
        try
        {
            using var adapter = new Adapter(model, method);
            return [.. adapter.Tensors.Keys.Select(key => key.Replace("base_model.model.", "", StringComparison.Ordinal))];
        }
        catch (ArgumentException)
        {
            return [];
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
                ? adam with { Beta1 = Number("beta1"), Beta2 = Number("beta2"), Epsilon = Number("eps"), WeightDecay = Number("weight_decay") }
                : optimizer,
        };
    }

    private static TrainingBatch[] Batches(Dictionary<string, Tensor> batches, int step, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new TrainingBatch(
            new(batches["input_ids"][step, i], batches["attention_mask"][step, i].to(ScalarType.Bool)), batches["labels"][step, i])),
    ];
}
