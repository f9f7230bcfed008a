using System.Text.Json;
using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Data;
using PeftIntegrations.Inference;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;
using PeftIntegrations.Training;

namespace PeftIntegrations.Conformance;

/// <summary>What the peers computed with pretrained models, mostly through the front door.</summary>
public sealed class RealModels(CaseReport report)
{
    private const string SmsSpam = "sms-spam"; // minutes

    private static readonly PeftModelOptions Exact = new() { DType = ScalarType.Float32, Device = TestDevice.Name };

    /// <summary>By the name of the file with the peer's numbers.</summary>
    private static readonly Dictionary<string, Func<JsonObject, Task>> Checks = new()
    {
        ["stories260K"] = Stories,
        ["stories260K-lora"] = Learning,
        ["smollm2"] = ChatsFromGguf,
        ["minilm"] = Sentences,
        [SmsSpam] = Spam,
    };

    public static IEnumerable<TheoryDataRow<string>> Cases =>
        from row in ReferenceSet.Current.Rows("real", ReferenceSet.Current.Files("real", "*.json").Where(IsCase))
        select Path.GetFileNameWithoutExtension(row.Data) == SmsSpam ? row.WithTrait("Speed", "Slow") : row;

    [Theory, MemberData(nameof(Cases))]
    public void Compute_what_the_peers_computed(string file) => report.Run("real", ReferenceSet.Current.NameOf(file), () =>
    {
        var facts = JsonFile.Read(file);
        Assert.SkipUnless(Checks.TryGetValue(Path.GetFileNameWithoutExtension(file), out var check), $"{facts["what"]}");
        check!(facts).GetAwaiter().GetResult();
    });

    private static bool IsCase(string file) => ReferenceSet.Current.NameOf(file).Split('/').Length == 2; // below lie adapters

    private static async Task Stories(JsonObject facts)
    {
        var folder = ReferenceSet.Current.RequireModel("stories260K");
        await using var model = await PeftModel.LoadAsync(folder, Exact);
        foreach (var prompt in facts["prompts"]!.AsArray())
        {
            var expected = Ints(prompt!["tokens"]);
            var options = new GenerationOptions { MaxNewTokens = expected.Length, Temperature = 0, EosTokenIds = [] };

            var text = Assert.Single(await model.CompleteAsync([prompt["text"]!.ToString()], options));

            Assert.Equal(Ints(prompt["ids"]), model.Tokenizer.Encode(prompt["text"]!.ToString()).Ids);
            Assert.Equal(expected, text.Tokens);
            Assert.Equal(prompt["continuation"]!.ToString(), model.Tokenizer.Decode(text.Tokens));
        }

        CheckScores(folder, facts["prompts"]!, facts["tolerance"]!.GetValue<double>());
    }

    private static async Task Learning(JsonObject facts)
    {
        var start = GoldenCase.Needed(Path.Combine(ReferenceSet.Current.Root!, "real", "stories260K-lora-start"));
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
        var greedy = new GenerationOptions { Adapter = "play", MaxNewTokens = 60, Temperature = 0, EosTokenIds = [] };

        var result = await model.TrainAsync("play", Texts.FromText(play[..40_000]), options);
        var text = Assert.Single(await model.CompleteAsync(["KING:"], greedy));

        var expected = facts["loss"]!.Deserialize<double[]>()!;
        var differences = result.Steps.Zip(expected, (step, loss) => Math.Abs(step.Loss - loss));
        Assert.Equal(expected.Length, result.Steps.Count);
        Assert.InRange(differences.Max(), 0, facts["tolerance"]!.GetValue<double>());
        Assert.Equal(facts["greedy_after"]!.ToString(), "KING:" + text.Text);
    }

    private static async Task Sentences(JsonObject facts)
    {
        await using var model = await PeftModel.LoadAsync(ReferenceSet.Current.RequireModel("all-MiniLM-L6-v2"), Exact);
        var sentences = facts["sentences"]!.AsArray();

        var vectors = await model.EmbedAsync([.. sentences.Select(sentence => sentence!["text"]!.ToString())]);

        foreach (var (sentence, vector) in sentences.Zip(vectors))
        {
            var expected = sentence!["embedding"]!.Deserialize<float[]>()!;
            Assert.Equal(expected.Length, vector.Length);
            Assert.InRange(expected.Zip(vector, (x, y) => Math.Abs(x - y)).Max(), 0, facts["tolerance"]!.GetValue<double>());
        }
    }

    private static async Task Spam(JsonObject facts)
    {
        var file = Path.Combine(ReferenceSet.Current.RequireDataset("sms-spam"), "sms-spam.tsv");
        var all = LabelledTexts.FromFile(file, new() { TextColumn = "SMS", LabelColumn = "Label", Labels = ["ham", "spam"] });
        var train = LabelledTexts.From(all.Where((_, i) => i % 5 != 0), all.Labels);
        LabelledText[] test = [.. all.Where((_, i) => i % 5 == 0)];
        var folder = ReferenceSet.Current.RequireModel("all-MiniLM-L6-v2");
        await using var model = await PeftModel.LoadAsync(folder, Exact with { Labels = all.Labels });
        var lora = new Lora { Rank = 8, Alpha = 16, Targets = Targets.Names("query", "value") };
        var options = new TrainingOptions
        {
            Epochs = 1,
            BatchSize = 32,
            LearningRate = 2e-3,
            MaxLength = 128,
            Overflow = Overflow.Truncate,
            MaxGradientNorm = null,
            Optimizer = new AdamW { WeightDecay = 0.01 }, // torch's default
            Seed = 0,
        };

        var result = await model.TrainAsync("spam", lora, train, options);
        var found = await model.ClassifyAsync([.. test.Select(text => text.Text)], "spam", new() { MaxLength = 128, BatchSize = 64 });

        var accuracy = test.Zip(found, (text, label) => text.Label == label.Label ? 1.0 : 0).Average();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"accuracy {accuracy:F4} (the peer's {facts["accuracy"]}), {result.Elapsed.TotalSeconds:F0} s of training, " +
            $"last 20 losses {result.Steps.TakeLast(20).Average(step => step.Loss):F4} (the peer's {facts["mean_loss_last_20"]})");
        Assert.Equal(facts["test_rows"]!.GetValue<int>(), test.Length);
        Assert.InRange(accuracy, facts["accuracy"]!.GetValue<double>() - 0.005, 1);
    }

    private static async Task ChatsFromGguf(JsonObject facts)
    {
        var file = Directory.GetFiles(ReferenceSet.Current.RequireModel("SmolLM2-135M-Instruct-GGUF"), "*.gguf").Single();
        await using (var model = await PeftModel.LoadAsync(file, Exact))
        {
            foreach (var item in facts["prompts"]!.AsArray().Concat(facts["chats"]!.AsArray()))
            {
                Assert.Equal(Ints(item!["ids"]), model.Tokenizer.Encode((item["rendered"] ?? item["text"])!.ToString()).Ids);
            }

            foreach (var chat in facts["chats"]!.AsArray())
            {
                var options = new GenerationOptions { MaxNewTokens = 32, Temperature = 0 };
                var text = Assert.Single(await model.CompleteAsync([chat!["rendered"]!.ToString()], options));
                Assert.Equal(Ints(chat["tokens"]), text.Tokens);
                Assert.Equal(chat["text"]!.ToString(), text.Text);
            }
        }

        CheckScores(file, facts["prompts"]!, facts["tolerance_logits"]!.GetValue<double>());
        CheckSurprise(file, facts["texts"]!, facts["tolerance_logits"]!.GetValue<double>());
    }

    /// <summary>The scores after each prompt: all of them, or the best ones and the normaliser.</summary>
    private static void CheckScores(string path, JsonNode prompts, double tolerance) => With(path, logits =>
    {
        foreach (var prompt in prompts.AsArray())
        {
            var last = logits(Ints(prompt!["ids"]))[-1].to(ScalarType.Float64); // [vocab]
            if (prompt["last_logits"]?.Deserialize<double[]>() is { } all) Near(last, all);
            if (prompt["top_logits"]?.Deserialize<double[]>() is { } best) Near(last.topk(best.Length).values, best);
            if (prompt["top_ids"] is { } ids) Near(last[tensor(Ints(ids))], prompt["top_logits"]!.Deserialize<double[]>()!);
            if (prompt["logsumexp"]?.GetValue<double>() is { } sum) Near(last.logsumexp(0, false), sum);
        }

        void Near(Tensor actual, params double[] expected) =>
            Assert.InRange((actual.reshape(-1) - tensor(expected)).abs().max().item<double>(), 0, tolerance);
    });

    private static void CheckSurprise(string file, JsonNode texts, double tolerance) => With(file, logits =>
    {
        using var opened = GgufFile.Open(file);
        var tokenizer = Tokenizer.FromGguf(opened.Metadata);
        foreach (var text in texts.AsArray())
        {
            var ids = tokenizer.Encode(text!["text"]!.ToString()).Ids;
            var labels = tensor(ids.Skip(1).Select(id => (long)id).ToArray());
            var loss = nn.functional.cross_entropy(logits(ids).narrow(0, 0, ids.Count - 1), labels).item<float>();
            Assert.Equal(text["tokens"]!.GetValue<int>(), ids.Count);
            Assert.InRange(Math.Abs(loss - text["mean_nll"]!.GetValue<double>()), 0, tolerance);
        }
    });

    /// <summary>Runs a check with a function from ids to logits [seq, vocab].</summary>
    private static void With(string path, Action<Func<IEnumerable<int>, Tensor>> check)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = Pretrained.Load(path, new() { DType = ScalarType.Float32, Device = TestDevice.Name }).Model;
        check(ids => model.Forward(new(tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0)))[0]);
    }

    private static int[] Ints(JsonNode? list) => list.Deserialize<int[]>()!;
}
