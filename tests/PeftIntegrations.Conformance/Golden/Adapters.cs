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
        adapter.Attach();

        var logits = model.Forward(Claimed.Batch(inputs));

        golden.Check("logits", logits);
        if (!inputs.TryGetValue("labels", out var labels)) return;

        var loss = Claimed.Loss(model, logits, labels);
        loss.backward();
        golden.Check("loss", loss);
        foreach (var key in golden.Keys("gradient")) golden.Check($"gradient.{key}", adapter.Tensors[key].grad!);
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
