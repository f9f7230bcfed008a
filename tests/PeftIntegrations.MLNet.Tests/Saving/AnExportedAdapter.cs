using System.Diagnostics;
using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Data;

namespace PeftIntegrations.MLNet.Tests;

[Trait("Speed", "Slow")]
public sealed class AnExportedAdapter : TinyPipelineTests
{
    [Fact]
    public async Task Gives_the_real_peft_the_same_probabilities()
    {
        var peers = ReferenceSet.Current.RequirePeers();
        var folder = TinyBert.Write(Place("base"), config => config["architectures"] = new JsonArray("BertForSequenceClassification"));
        using var model = Fitted(Options with { BaseModel = folder });
        Context.Peft().ExportAdapter(model, Place("adapter"));
        using var scope = NewDisposeScope();
        var ids = Tokenizer.FromFolder(folder).Encode("a aa").Ids;
        var tokens = tensor(ids.Select(id => (long)id).ToArray(), [1, ids.Count]);
        var inputs = new Dictionary<string, Tensor> { ["input_ids"] = tokens, ["attention_mask"] = ones_like(tokens) };
        SafeTensorsFile.Write(Place("in"), inputs);

        var said = await Run(
            peers, new() { ["base"] = folder, ["adapter"] = Place("adapter"), ["inputs"] = Place("in"), ["out"] = Place("out") });

        using var file = File.Exists(Place("out")) ? SafeTensorsFile.Open(Place("out")) : throw new InvalidOperationException(said);
        var theirs = file.Read("logits").softmax(-1).data<float>().ToArray();
        var ours = model.Transform(Data).GetColumn<float[]>("Score").First();
        Assert.Equal("a aa", Letters[0].Text);
        Assert.All(theirs.Zip(ours), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    private async Task<string> Run(string peers, JsonObject order)
    {
        await File.WriteAllTextAsync(Place("cases.json"), new JsonArray(order).ToJsonString(), TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("bash", [peers, "logits.py", Place("cases.json")]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        return await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
