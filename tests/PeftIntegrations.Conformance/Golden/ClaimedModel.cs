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
        new(tensors[$"{prefix}input_ids"], tensors[$"{prefix}attention_mask"].to(ScalarType.Bool));

    /// <summary>Hugging Face's mean loss: of the next tokens for a language model, of the rows for a classifier.</summary>
    public static Tensor Loss(PretrainedModel model, Tensor logits, Tensor labels)
    {
        if (model.Head.TaskType != "CAUSAL_LM") return nn.functional.cross_entropy(logits, labels.view(-1));

        var (seq, vocabulary) = (logits.shape[1], logits.shape[2]);
        return nn.functional.cross_entropy(logits.narrow(1, 0, seq - 1).reshape(-1, vocabulary), labels.narrow(1, 1, seq - 1).reshape(-1), ignore_index: -100);
    }
}
