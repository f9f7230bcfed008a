using PeftIntegrations.Core;
using PeftIntegrations.Inference;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;

namespace PeftIntegrations.Conformance;

/// <summary>Loads what a case needs, or skips it with what is missing.</summary>
internal static class Claimed
{
    public static readonly Registry<PeftMethod> Methods = new(typeof(Lora).Assembly);

    public static PretrainedModel Model(string folder, ScalarType type = ScalarType.Float32, string? store = null)
    {
        var name = JsonFile.Read(GoldenCase.Needed(Path.Combine(folder, "config.json")))["model_type"]!.ToString();
        Assert.SkipUnless(Pretrained.Architectures.Types.ContainsKey(name), $"architecture {name}");
        if (Directory.GetFiles(folder, "model*.safetensors").Length == 0) GoldenCase.Needed(Path.Combine(folder, "model.safetensors"));
        return Pretrained.Load(folder, new LoadOptions { DType = type, Device = TestDevice.Name, Store = store }).Model;
    }

    public static Adapter Adapter(string folder, PretrainedModel model)
    {
        var name = JsonFile.Read(GoldenCase.Needed(Path.Combine(folder, AdapterFolder.ConfigFile)))["peft_type"]!.ToString();
        Assert.SkipUnless(Methods.Types.ContainsKey(name), $"method {name}");
        GoldenCase.Needed(Path.Combine(folder, AdapterFolder.TensorFile));
        try
        {
            return AdapterFolder.Load(folder, model, Methods);
        }
        catch (NotSupportedException e)
        {
            Assert.Skip(e.Message[e.Message.IndexOf("sets", StringComparison.Ordinal)..]);
            throw;
        }
    }

    /// <summary>The ids, mask and segments of a case.</summary>
    public static TokenBatch Batch(IReadOnlyDictionary<string, Tensor> tensors, string prefix = "")
    {
        var mask = Needed(tensors, $"{prefix}attention_mask").to(ScalarType.Bool);
        return new(Needed(tensors, $"{prefix}input_ids"), mask, tensors.GetValueOrDefault($"{prefix}token_type_ids"));
    }

    /// <summary>Whether the inputs of a case say what the model should have said.</summary>
    public static bool HasLoss(IReadOnlyDictionary<string, Tensor> inputs) =>
        inputs.ContainsKey("labels") || inputs.ContainsKey("start_positions");

    /// <summary>Hugging Face's mean loss of a case's labels under its head.</summary>
    public static Tensor Loss(PretrainedModel model, Tensor scores, IReadOnlyDictionary<string, Tensor> inputs)
    {
        static Tensor Mean(Tensor scores, Tensor labels) =>
            nn.functional.cross_entropy(scores.reshape(-1, scores.shape[^1]), labels.reshape(-1), ignore_index: -100);

        var labels = inputs.GetValueOrDefault("labels");
        return model.Head switch
        {
            LanguageModelHead => Mean(scores.narrow(1, 0, scores.shape[1] - 1), labels!.narrow(1, 1, scores.shape[1] - 1)),
            SpanHead => (Mean(scores.select(2, 0), inputs["start_positions"]) + Mean(scores.select(2, 1), inputs["end_positions"])) / 2,
            _ when labels!.dtype != ScalarType.Float32 => Mean(scores, labels),
            _ when scores.shape[1] == 1 => nn.functional.mse_loss(scores, labels),
            _ => nn.functional.binary_cross_entropy_with_logits(scores, labels),
        };
    }

    /// <summary>The new tokens of each row of a batch, whose padding is left out.</summary>
    public static int[][] Continue(PretrainedModel model, TokenBatch batch, GenerationOptions options)
    {
        var rows = Enumerable.Range(0, (int)batch.Ids.shape[0]);
        using var decoding = new Decoding(model, [.. rows.Select(row => new GenerationRequest(Prompt(batch, row), options))]);
        var tokens = new List<GeneratedToken>();
        while (!decoding.IsDone) tokens.AddRange(decoding.Next());
        return [.. tokens.GroupBy(token => token.Row).OrderBy(row => row.Key).Select(row => row.Select(token => token.Id).ToArray())];
    }

    private static int[] Prompt(TokenBatch batch, int row) =>
        [.. batch.Ids[row].masked_select(batch.Mask![row]).cpu().data<long>().Select(id => (int)id)];

    private static Tensor Needed(IReadOnlyDictionary<string, Tensor> tensors, string name)
    {
        if (!tensors.TryGetValue(name, out var tensor)) CaseReport.Lacks($"the tensor {name}");
        return tensor;
    }
}
