using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Data;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;
using PeftIntegrations.Training;

namespace PeftIntegrations.Conformance;

/// <summary>One case on disk: the model, the adapter and the merged model that we wrote, and what the peers wrote back.</summary>
internal sealed class PeerFolders(string root)
{
    public string Base => Path.Combine(root, "base");

    public string Adapter => Path.Combine(root, "adapter");

    public string Merged => Path.Combine(root, "merged");

    private string Inputs => Path.Combine(root, "inputs.safetensors");

    /// <summary>Where the peers write.</summary>
    private string Out => Path.Combine(root, "out.safetensors");

    private string OutOfMerged => Path.Combine(root, "out-of-merged.safetensors");

    /// <summary>Writes a tiny model and an adapter none of whose numbers is at its start.</summary>
    public void Write(PeerCase @case)
    {
        using var model = @case.Model.Create();
        ModelFolder.Save(model, Base);
        if (@case.Method is not { } method) return;

        using var adapter = LawCase.Perturb(new Adapter(model, method));
        AdapterFolder.Save(adapter, Adapter, Base);
        adapter.Attach();
        if (@case.Merges) ModelFolder.Save(model, Merged);
    }

    /// <summary>Does the same to a pretrained model through the front door: train, save, merge.</summary>
    public async Task WriteByFrontDoor(string pretrained)
    {
        Directory.CreateDirectory(Base);
        foreach (var file in Directory.EnumerateFiles(pretrained)) File.Copy(file, Path.Combine(Base, Path.GetFileName(file)));

        await using var model = await PeftModel.LoadAsync(Base, new() { DType = ScalarType.Float32, Device = TestDevice.Name });
        var (method, options) = (new Lora { Targets = Targets.AllLinear }, new TrainingOptions { MaxSteps = 3, LearningRate = 1e-2 });
        await model.TrainAsync("trained", method, Texts.FromText("Once upon a time there was a dragon."), options);
        await model.SaveAdapterAsync("trained", Adapter);
        await model.MergeAsync("trained", Merged);
    }

    /// <summary>What the peers shall do.</summary>
    public IEnumerable<JsonNode> Orders(Tensor ids, Tensor mask)
    {
        SafeTensorsFile.Write(Inputs, new Dictionary<string, Tensor> { ["input_ids"] = ids, ["attention_mask"] = mask });
        var (adapted, merged) = (Directory.Exists(Adapter), Directory.Exists(Merged));
        yield return Order(Base, adapted ? Adapter : null, Out, merge: merged);
        if (merged) yield return Order(Merged, null, OutOfMerged, merge: false);
    }

    /// <summary>What we compute from the files, in fp32 as the peers do.</summary>
    public Dictionary<string, float[]> Ours(Tensor ids, Tensor mask)
    {
        var batch = new TokenBatch(ids, mask.to(ScalarType.Bool));
        var logits = new Dictionary<string, float[]>();
        using (var model = Load(Base))
        {
            using var adapter = Directory.Exists(Adapter) ? AdapterFolder.Load(Adapter, model, LawCase.Methods) : null;
            adapter?.Attach();
            logits["logits"] = PeerOutcome.Numbers(model.Forward(batch));
        }

        if (!Directory.Exists(Merged)) return logits;

        using var merged = Load(Merged);
        logits["plain_logits"] = PeerOutcome.Numbers(merged.Forward(batch));
        return logits;
    }

    /// <summary>What the peers computed.</summary>
    public Dictionary<string, float[]> Theirs()
    {
        // Some folders have no case of one kind.
        static Dictionary<string, Tensor> Written(string file) => File.Exists(file) ? GoldenCase.Tensors(file) : [];

        var logits = Written(Out).ToDictionary(pair => pair.Key, pair => PeerOutcome.Numbers(pair.Value));
        foreach (var (name, tensor) in Written(OutOfMerged)) logits[$"plain_{name}"] = PeerOutcome.Numbers(tensor);
        return logits;
    }

    private static PretrainedModel Load(string folder) =>
        Pretrained.Load(folder, new() { DType = ScalarType.Float32, Device = TestDevice.Name }).Model;

    private JsonObject Order(string model, string? adapter, string output, bool merge) => new()
    {
        ["base"] = model,
        ["adapter"] = adapter,
        ["inputs"] = Inputs,
        ["out"] = output,
        ["merge"] = merge && adapter is not null,
    };
}
