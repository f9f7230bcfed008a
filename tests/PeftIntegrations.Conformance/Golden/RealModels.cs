using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Data;
using PeftIntegrations.Inference;
using PeftIntegrations.Training;

namespace PeftIntegrations.Conformance;

/// <summary>What the peers computed with pretrained models, through the front door.</summary>
public sealed class RealModels(CaseReport report)
{
    private static readonly PeftModelOptions Exact = new() { DType = ScalarType.Float32, Device = "cpu" };

    [Fact]
    public Task Stories260K_continue_as_published() => Run("stories260K", async facts =>
    {
        await using var model = await PeftModel.LoadAsync(ReferenceSet.Current.RequireModel("stories260K"), Exact);
        foreach (var prompt in facts["prompts"]!.AsArray())
        {
            var expected = Ints(prompt!["tokens"]);
            var options = new GenerationOptions { MaxNewTokens = expected.Length, Temperature = 0, EosTokenIds = [] };

            var text = Assert.Single(await model.CompleteAsync([prompt["text"]!.ToString()], options));

            Assert.Equal(Ints(prompt["ids"]), model.Tokenizer.Encode(prompt["text"]!.ToString()).Ids);
            Assert.Equal(expected, text.Tokens);
            Assert.Equal(prompt["continuation"]!.ToString(), text.Text.TrimStart(' ') == prompt["continuation"]!.ToString() ? text.Text.TrimStart(' ') : text.Text);
        }
    });

    [Fact]
    public Task Stories260K_learn_as_with_peft() => Run("stories260K-lora", async facts =>
    {
        var start = Path.Combine(ReferenceSet.Current.Root!, "real", "stories260K-lora-start");
        var play = File.ReadAllText(Path.Combine(ReferenceSet.Current.RequireDataset("stories"), "tiny-shakespeare.txt"));
        await using var model = await PeftModel.LoadAsync(ReferenceSet.Current.RequireModel("stories260K"), Exact);
        await model.LoadAdapterAsync("play", start);
        var options = new TrainingOptions
        {
            MaxLength = facts["length"]!.GetValue<int>(),
            BatchSize = facts["batch"]!.GetValue<int>(),
            MaxSteps = facts["steps"]!.GetValue<int>(),
            LearningRate = 5e-3,
            Schedule = new ConstantSchedule(),
            AddSpecialTokens = false,
            Shuffle = false,
        };

        var result = await model.TrainAsync("play", Texts.FromText(play[..40_000]), options);
        var text = Assert.Single(await model.CompleteAsync(["KING:"], new() { Adapter = "play", MaxNewTokens = 60, Temperature = 0, EosTokenIds = [] }));

        var expected = facts["loss"]!.AsArray().Select(loss => loss!.GetValue<double>()).ToArray();
        var differences = result.Steps.Select((step, i) => Math.Abs(step.Loss - expected[i]));
        Assert.InRange(differences.Max(), 0, facts["tolerance"]!.GetValue<double>());
        Assert.Equal(facts["greedy_after"]!.ToString(), "KING:" + text.Text);
    });

    [Fact]
    public Task SmolLM2_from_gguf_computes_and_chats_as_with_transformers() => Run("smollm2", async facts =>
    {
        var file = Directory.GetFiles(ReferenceSet.Current.RequireModel("SmolLM2-135M-Instruct-GGUF"), "*.gguf").Single();
        await using var model = await PeftModel.LoadAsync(file, Exact);
        var ids = facts["prompts"]!.AsArray().Concat(facts["chats"]!.AsArray()).Select(item => (Text: (item!["rendered"] ?? item["text"])!.ToString(), Ids: Ints(item["ids"])));
        Assert.All(ids, pair => Assert.Equal(pair.Ids, model.Tokenizer.Encode(pair.Text).Ids));

        foreach (var chat in facts["chats"]!.AsArray())
        {
            var text = Assert.Single(await model.CompleteAsync([chat!["rendered"]!.ToString()], new() { MaxNewTokens = 32, Temperature = 0 }));
            Assert.Equal(Ints(chat["tokens"]), text.Tokens);
            Assert.Equal(chat["text"]!.ToString(), text.Text);
        }
    });

    [Fact]
    public Task SmolLM2_from_gguf_scores_as_with_transformers() => Run("smollm2", facts =>
    {
        var file = Directory.GetFiles(ReferenceSet.Current.RequireModel("SmolLM2-135M-Instruct-GGUF"), "*.gguf").Single();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = Models.Pretrained.Load(file, new() { DType = ScalarType.Float32, Device = "cpu" }).Model;
        using var opened = GgufFile.Open(file);
        var tokenizer = Tokenizer.FromGguf(opened.Metadata);

        Tensor Logits(IEnumerable<int> ids) => model.Forward(new(tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0)))[0]; // [seq, vocab]

        foreach (var prompt in facts["prompts"]!.AsArray())
        {
            var last = Logits(Ints(prompt!["ids"]))[-1];
            var top = last.topk(20);
            var expected = prompt["top_logits"]!.AsArray().Select(value => value!.GetValue<double>()).ToArray();
            Assert.InRange((top.values.to(ScalarType.Float64) - tensor(expected)).abs().max().item<double>(), 0, facts["tolerance_logits"]!.GetValue<double>());
            Assert.InRange(Math.Abs(last.logsumexp(0, false).item<float>() - prompt["logsumexp"]!.GetValue<double>()), 0, facts["tolerance_logits"]!.GetValue<double>());
        }

        foreach (var text in facts["texts"]!.AsArray())
        {
            var ids = tokenizer.Encode(text!["text"]!.ToString()).Ids;
            var labels = tensor(ids.Skip(1).Select(id => (long)id).ToArray());
            var loss = nn.functional.cross_entropy(Logits(ids).narrow(0, 0, ids.Count - 1), labels).item<float>();
            Assert.Equal(text["tokens"]!.GetValue<int>(), ids.Count);
            Assert.InRange(Math.Abs(loss - text["mean_nll"]!.GetValue<double>()), 0, facts["tolerance_logits"]!.GetValue<double>());
        }

        return Task.CompletedTask;
    });

    private Task Run(string name, Func<JsonObject, Task> check)
    {
        var file = Path.Combine(ReferenceSet.Current.Root ?? "", "real", $"{name}.json");
        Assert.SkipUnless(File.Exists(file), $"There is no real/{name}.json in the reference set.");
        report.Run("real", name, () => check(JsonFile.Read(file)).GetAwaiter().GetResult());
        return Task.CompletedTask;
    }

    private static int[] Ints(JsonNode? list) => [.. list!.AsArray().Select(id => id!.GetValue<int>())];
}
