using System.Text.Json.Nodes;
using PeftIntegrations.Core;

namespace PeftIntegrations.Conformance;

/// <summary>Every adapter case of the reference set whose base architecture and method are registered.</summary>
public sealed class Adapters(CaseReport report)
{
    public static IEnumerable<TheoryDataRow<string>> Cases => ReferenceSet.Current.Cases("adapters", AdapterFolder.ConfigFile);

    [Theory, MemberData(nameof(Cases))]
    public void Compute_what_peft_computes(string folder) => GoldenCase.Run(report, "adapters", folder, golden =>
    {
        using var model = Claimed.Model(golden.Resolve("base"));
        using var adapter = Claimed.Adapter(folder, model);
        var inputs = Inputs(golden);
        var everyPlace = EveryPlace.Record(model);
        adapter.Attach();

        var logits = model.Forward(Claimed.Batch(inputs));
        if (logits.dim() == 3)
        {
            // The peer scores virtual tokens too, and learns a text's first token from the last of them.
            logits = model.Head.Forward(everyPlace.Seen!, Claimed.Batch(inputs));
            inputs["labels"] = nn.functional.pad(inputs["labels"], [logits.shape[1] - inputs["labels"].shape[1], 0L], value: -100);
        }

        golden.Check("logits", logits);
        if (!Claimed.HasLoss(inputs)) return;

        var loss = adapter.Powers<IAuxiliaryLoss>().Aggregate(Claimed.Loss(model, logits, inputs), (sum, term) => sum + term.Loss());
        loss.backward();
        golden.Check("loss", loss);
        foreach (var key in golden.Keys("gradient").Where(IsOurs)) golden.Check($"gradient.{key}", adapter.Tensors[key].grad!);
    });

    [Theory, MemberData(nameof(Cases))]
    public void Mix_rows_as_peft_does(string folder) => GoldenCase.Run(report, "adapters", folder, golden =>
    {
        using var model = Claimed.Model(golden.Resolve("base"));
        using var adapters = new AdapterStack(model);
        adapters.Set("first", Claimed.Adapter(folder, model));
        var expected = golden.Needs("mixed_logits");
        using var _ = no_grad();
        adapters.Set("second", Claimed.Adapter(folder, model));
        foreach (var (key, tensor) in adapters["second"].Tensors) tensor.copy_(golden.Needs($"other.{key}"));
        var inputs = Inputs(golden)
            .ToDictionary(pair => pair.Key, pair => cat([pair.Value, pair.Value.narrow(0, 0, 1)], dim: 0).narrow(0, 0, 3));

        var logits = adapters.Forward(Claimed.Batch(inputs), [Composition.Of("first"), Composition.Of("second"), Composition.None]);

        golden.Same("mixed_logits", expected, logits, golden.Tolerance);
    });

    [Theory, MemberData(nameof(Cases))]
    public void Merge_to_what_peft_merges_to(string folder) => GoldenCase.Run(report, "adapters", folder, golden =>
    {
        using var model = Claimed.Model(golden.Resolve("base"));
        using var adapter = Claimed.Adapter(folder, model);
        var expected = golden.Needs(MergesFaithfully(golden) ? "merged_logits" : "logits");
        using var merged = new TemporaryFolder();
        adapter.Attach();

        ModelFolder.Save(model, merged.Path);
        using var plain = Claimed.Model(merged.Path);

        golden.Same("merged_logits", expected, plain.Forward(Claimed.Batch(Inputs(golden))), golden.Tolerance);
    });

    [Theory, MemberData(nameof(Cases))]
    public void Are_written_as_they_were_read(string folder) => GoldenCase.Run(report, "adapters", folder, golden =>
    {
        using var model = Claimed.Model(golden.Resolve("base"));
        using var adapter = Claimed.Adapter(folder, model);
        using var copy = new TemporaryFolder();

        AdapterFolder.Save(adapter, copy.Path);

        var theirs = GoldenCase.Tensors(Path.Combine(folder, AdapterFolder.TensorFile));
        var ours = GoldenCase.Tensors(copy[AdapterFolder.TensorFile]);
        foreach (var key in theirs.Keys.Where(key => !IsOurs(key)).ToArray()) theirs.Remove(key);
        Assert.Equal(theirs.Select(Described).Order(), ours.Select(Described).Order());
        foreach (var (key, tensor) in theirs) golden.Same(key, tensor, ours[key], tolerance: 0);
        Assert.Equal(Stated(folder), Stated(copy.Path));
    });

    /// <summary>
    /// Whether peft computes after merging what it did before. It does not where it merges an adapted embedding into the head that shares
    /// its weight; then ours is held to what the adapter computes.
    /// </summary>
    private static bool MergesFaithfully(GoldenCase golden)
    {
        var change = golden.Facts["merge"] is JsonValue merge && merge.TryGetValue<double>(out var difference) ? difference : 0;
        return change < 1e-3 || !golden.Has("merged_logits");
    }

    /// <summary>Not what peft repeats under its wrapper's names.</summary>
    private static bool IsOurs(string key) => !AdapterKeys.IsWrapped(key) && !AdapterKeys.IsFrozenTwin(key);

    private static Dictionary<string, Tensor> Inputs(GoldenCase golden)
    {
        var inputs = GoldenCase.Tensors(Path.Combine(golden.Resolve("base"), "inputs.safetensors"));
        foreach (var own in inputs.Keys.Where(golden.Has).ToArray()) inputs[own] = golden.Expected[own];
        return inputs;
    }

    private static string Described(KeyValuePair<string, Tensor> pair) =>
        $"{pair.Key} {pair.Value.dtype} [{string.Join(", ", pair.Value.shape)}]";

    /// <summary>The configuration without what a file may leave out: what is null, empty or false.</summary>
    private static IEnumerable<string> Stated(string folder) =>
        from pair in JsonFile.Read(Path.Combine(folder, AdapterFolder.ConfigFile))
        let number = pair.Value is JsonValue scalar && scalar.TryGetValue<double>(out var value) ? $"{value}" : null
        let text = number ?? pair.Value?.ToJsonString()
        where text is not (null or "false" or "[]" or "{}" or "\"none\"")
        orderby pair.Key
        select $"{pair.Key}: {text}";
}

/// <summary>Sees what the stack gives below all adapters: the vectors of virtual tokens too.</summary>
internal sealed class EveryPlace : Patch<Embedded>
{
    public Tensor? Seen { get; private set; }

    public static EveryPlace Record(PretrainedModel model)
    {
        var recorder = new EveryPlace();
        model.Sites.OfType<Point<Embedded>>().Single().Levels = [new Level(new Share([recorder]))];
        return recorder;
    }

    public override Tensor Forward(Embedded input, Func<Embedded, Tensor> below) => Seen = below(input);
}
