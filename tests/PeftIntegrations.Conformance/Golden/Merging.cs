using PeftIntegrations.Core;
using PeftIntegrations.Methods;

namespace PeftIntegrations.Conformance;

/// <summary>
/// Every merging case of the reference set: LoRAs made one as peft's <c>add_weighted_adapter</c> makes them, and adapters switched.
/// </summary>
public sealed class Merging(CaseReport report)
{
    private const string OfProducts = "svd";
    private static readonly Registry<MergeRule> Rules = new(typeof(MergeRule).Assembly);

    public static IEnumerable<TheoryDataRow<string>> Cases => ReferenceSet.Current.Cases("merging");

    [Theory, MemberData(nameof(Cases))]
    public void Give_what_peft_gives(string folder) => GoldenCase.Run(report, "merging", folder, golden =>
    {
        using var model = Claimed.Model(golden.Resolve("base"));
        using var adapters = new AdapterStack(model);
        var inputs = Claimed.Batch(GoldenCase.Tensors(Path.Combine(golden.Resolve("base"), "inputs.safetensors")));
        foreach (var source in Directory.GetDirectories(GoldenCase.Needed(Path.Combine(folder, "..", "inputs"))))
        {
            adapters.Set(Path.GetFileName(source), Claimed.Adapter(source, model));
        }

        using var _ = no_grad();
        if (golden.Facts["combination_type"] is null) CheckSwitching(golden, model, adapters, inputs);
        else CheckMerged(golden, model, adapters, inputs);
    });

    private static void CheckMerged(GoldenCase golden, PretrainedModel model, AdapterStack adapters, TokenBatch inputs)
    {
        var weights = golden.Facts["weights"]!.AsArray().Select(weight => weight!.GetValue<double>());
        var parts = golden.Facts["adapters"]!.AsArray().Select(name => adapters[name!.ToString()]).Zip(weights).ToArray();
        var kind = golden.Facts["combination_type"]!.ToString();
        adapters.Set("merged", kind == "cat" ? LoraMerge.Concatenate(parts)
            : kind == OfProducts ? LoraMerge.Products(parts, new Linear(), RankOf(golden))
            : kind.EndsWith(OfProducts, StringComparison.Ordinal)
                ? LoraMerge.Products(parts, Rule(golden, kind[..^(OfProducts.Length + 1)]), RankOf(golden))
            : LoraMerge.Factors(parts, Rule(golden, kind)));
        adapters.Activate(Composition.Of("merged"));

        golden.Check("logits", model.Forward(inputs));
        if (kind.EndsWith(OfProducts, StringComparison.Ordinal)) return; // factors are unique up to sign and rotation

        foreach (var (key, tensor) in adapters["merged"].Tensors) golden.Check($"result.{key}", tensor);
    }

    private static void CheckSwitching(GoldenCase golden, PretrainedModel model, AdapterStack adapters, TokenBatch inputs)
    {
        adapters.Activate(Composition.Stack(("a", 1), ("b", 1)));
        golden.Check("stack_a_b", model.Forward(inputs));
        adapters.Activate(Composition.Of("a"));
        golden.Check("a", model.Forward(inputs));
        adapters.Activate(Composition.None);
        golden.Check("none", model.Forward(inputs));
        adapters.Remove("a");
        adapters.Activate(Composition.Of("c"));
        golden.Check("c_after_a_deleted", model.Forward(inputs));
    }

    private static int? RankOf(GoldenCase golden) => golden.Facts["options"]!["svd_rank"]?.GetValue<int>();

    private static MergeRule Rule(GoldenCase golden, string name)
    {
        Assert.SkipUnless(Rules.Names.Contains(name), $"merging by {name}");
        var next = 0;
        Tensor Recorded(Tensor probabilities) => golden.Expected[$"mask.{next++}"].view_as(probabilities);
        var options = golden.Facts["options"]!;
        var byCount = options["majority_sign_method"]?.ToString() == "frequency";
        var rule = Rules.Create(name) with { Density = options["density"]?.GetValue<double>() ?? 1 };
        return rule switch
        {
            Ties ties => ties with { ByCount = byCount },
            DareTies dare => dare with { ByCount = byCount, Draw = Recorded },
            DareLinear dare => dare with { Draw = Recorded },
            _ => rule,
        };
    }
}
