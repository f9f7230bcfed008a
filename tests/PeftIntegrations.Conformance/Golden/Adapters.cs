using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Methods;

namespace PeftIntegrations.Conformance;

/// <summary>Every adapter case of the reference set whose base architecture and method are registered.</summary>
public sealed class Adapters(CaseReport report)
{
    private static readonly Registry<PeftMethod> Methods = new(typeof(Lora).Assembly);

    public static IEnumerable<TheoryDataRow<string>> Cases => ReferenceSet.Current.Cases("adapters", AdapterFolder.ConfigFile);

    [Theory, MemberData(nameof(Cases))]
    public void Compute_what_peft_computes(string folder) => report.Run("adapters", ReferenceSet.Current.NameOf(folder), () =>
    {
        using var golden = new GoldenCase(folder);
        var (model, adapter) = Load(golden);
        using var _ = model;
        using var __ = adapter;
        var inputs = Inputs(golden);
        var everyPlace = EveryPlace.Record(model);
        adapter.Attach();

        var logits = model.Forward(ClaimedModel.Batch(inputs));
        if (golden.Expected["logits"].dim() == 3) // the peer scores virtual tokens too, and learns the first token from the last of them
        {
            logits = model.Head.Forward(everyPlace.Seen!, ClaimedModel.Batch(inputs));
            inputs["labels"] = nn.functional.pad(inputs["labels"], [logits.shape[1] - inputs["labels"].shape[1], 0L], value: -100);
        }

        var loss = adapter.Powers<IAuxiliaryLoss>().Aggregate(ClaimedModel.Loss(model, logits, inputs), (sum, term) => sum + term.Loss());
        loss.backward();

        golden.Check("logits", logits);
        golden.Check("loss", loss);
        foreach (var name in golden.Expected.Keys.Where(key => key.StartsWith("gradient.", StringComparison.Ordinal)))
        {
            var key = name["gradient.".Length..];
            if (!AdapterKeys.IsWrapped(key) && !AdapterKeys.IsFrozenTwin(key)) golden.Check(name, adapter.Tensors[key].grad!);
        }
    });

    [Theory, MemberData(nameof(Cases))]
    public void Mix_rows_as_peft_does(string folder) => report.Run("adapters", ReferenceSet.Current.NameOf(folder), () =>
    {
        using var golden = new GoldenCase(folder);
        var (model, adapter) = Load(golden);
        using var _ = model;
        using var adapters = new AdapterStack(model);
        adapters.Set("first", adapter);
        if (!golden.Expected.ContainsKey("mixed_logits")) return;

        using var __ = no_grad();
        adapters.Set("second", Claimed.Adapter(golden.Folder, model, Methods, golden.Facts));
        foreach (var (key, tensor) in adapters["second"].Tensors) tensor.copy_(golden.Expected[$"other.{key}"]);
        var inputs = Inputs(golden).ToDictionary(pair => pair.Key, pair => cat([pair.Value, pair.Value.narrow(0, 0, 1)], dim: 0).narrow(0, 0, 3));

        golden.Check("mixed_logits", adapters.Forward(ClaimedModel.Batch(inputs), [Composition.Of("first"), Composition.Of("second"), Composition.None]));
    });

    [Theory, MemberData(nameof(Cases))]
    public void Merge_to_what_peft_merges_to(string folder) => report.Run("adapters", ReferenceSet.Current.NameOf(folder), () =>
    {
        using var golden = new GoldenCase(folder);
        var (model, adapter) = Load(golden);
        using var _ = model;
        using var __ = adapter;
        if (!golden.Expected.ContainsKey("merged_logits")) return;

        using var merged = new TemporaryModel();
        adapter.Attach();
        ModelFolder.Save(model, merged.Folder);
        using var plain = ClaimedModel.Load(merged.Folder);

        golden.Check("merged_logits", plain.Forward(ClaimedModel.Batch(Inputs(golden))));
    });

    [Theory, MemberData(nameof(Cases))]
    public void Are_written_as_they_were_read(string folder) => report.Run("adapters", ReferenceSet.Current.NameOf(folder), () =>
    {
        using var golden = new GoldenCase(folder);
        var (model, adapter) = Load(golden);
        using var _ = model;
        using var __ = adapter;
        using var copy = new TemporaryModel();

        AdapterFolder.Save(adapter, copy.Folder);

        var theirs = GoldenCase.Tensors(Path.Combine(folder, AdapterFolder.TensorFile));
        var ours = GoldenCase.Tensors(Path.Combine(copy.Folder, AdapterFolder.TensorFile));
        foreach (var repeated in theirs.Keys.Where(key => AdapterKeys.IsFrozenTwin(key) || AdapterKeys.IsWrapped(key)).ToArray()) theirs.Remove(repeated);
        Assert.Equal(theirs.Keys.Order(), ours.Keys.Order());
        Assert.All(theirs, pair => Assert.True(pair.Value.dtype == ours[pair.Key].dtype && pair.Value.equal(ours[pair.Key]).all().item<bool>(), pair.Key));
        Assert.Equal(Stated(folder), Stated(copy.Folder));
    });

    private static (PretrainedModel Model, Adapter Adapter) Load(GoldenCase golden)
    {
        var model = ClaimedModel.Load(golden.Resolve("base"));
        return (model, Claimed.Adapter(golden.Folder, model, Methods, golden.Facts));
    }

    private static Dictionary<string, Tensor> Inputs(GoldenCase golden)
    {
        var inputs = GoldenCase.Tensors(Path.Combine(golden.Resolve("base"), "inputs.safetensors"));
        foreach (var own in inputs.Keys.Where(golden.Expected.ContainsKey).ToArray()) inputs[own] = golden.Expected[own];
        return inputs;
    }

    /// <summary>The configuration without what a file may leave out: what is null, empty or false.</summary>
    private static IEnumerable<string> Stated(string folder) =>
        from pair in JsonFile.Read(Path.Combine(folder, AdapterFolder.ConfigFile))
        let text = pair.Value is JsonValue number && number.TryGetValue<double>(out var value) ? $"{value}" : pair.Value?.ToJsonString()
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

internal sealed class TemporaryModel : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("peft-conformance-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
