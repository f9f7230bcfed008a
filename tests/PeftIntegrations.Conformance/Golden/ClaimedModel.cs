using PeftIntegrations.Core;
using PeftIntegrations.Models;

namespace PeftIntegrations.Conformance;

/// <summary>Loads a case's model, or says that its architecture is not claimed.</summary>
internal static class ClaimedModel
{
    public static PretrainedModel Load(string folder, ScalarType? type = null)
    {
        var name = JsonFile.Read(Path.Combine(folder, "config.json"))["model_type"]!.ToString();
        Assert.SkipUnless(Pretrained.Architectures.Types.ContainsKey(name), $"architecture {name}");
        return Pretrained.Load(folder, new LoadOptions { DType = type ?? ScalarType.Float32, Device = "cpu" }).Model;
    }

    /// <summary>The ids and mask of a case.</summary>
    public static TokenBatch Batch(IReadOnlyDictionary<string, Tensor> tensors, string prefix = "") =>
        new(tensors[$"{prefix}input_ids"], tensors[$"{prefix}attention_mask"].to(ScalarType.Bool), tensors.GetValueOrDefault($"{prefix}token_type_ids"));

    /// <summary>Hugging Face's mean loss of the case's labels under its head.</summary>
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
}
