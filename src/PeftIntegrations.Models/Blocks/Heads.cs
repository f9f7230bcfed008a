using System.Text.Json.Nodes;

namespace PeftIntegrations.Models;

/// <summary>Reads which head a checkpoint has, and makes the heads that many architectures share.</summary>
internal static class Heads
{
    private static readonly (string Suffix, HeadKind Kind)[] ByClass =
    [
        ("ForCausalLM", HeadKind.CausalLanguageModel), ("LMHeadModel", HeadKind.CausalLanguageModel),
            ("ForMaskedLM", HeadKind.MaskedLanguageModel),
        ("ForSequenceClassification", HeadKind.Classification), ("ForTokenClassification", HeadKind.TokenClassification),
        ("ForQuestionAnswering", HeadKind.QuestionAnswering), ("Model", HeadKind.Embedding),
    ];

    /// <summary>The head asked for, else the one that the checkpoint's class has, else <paramref name="usual"/>.</summary>
    public static HeadKind KindOf(ModelBuilder builder, HeadKind usual)
    {
        var name = (builder.Config["architectures"] as JsonArray)?.FirstOrDefault()?.ToString() ?? "";
        var stated = ByClass.FirstOrDefault(known => name.EndsWith(known.Suffix, StringComparison.Ordinal));
        return builder.Head ?? (stated.Suffix is null ? usual : stated.Kind);
    }

    /// <summary>Labels asked for, else the checkpoint's.</summary>
    public static int Labels(ModelBuilder builder) =>
        builder.Labels ?? (builder.Config["id2label"] as JsonObject)?.Count ?? builder.Config["num_labels"]?.GetValue<int>() ?? 2;

    /// <summary>A decoder's head: on each token, or on the last one for a text's label.</summary>
    public static Head ForDecoder(ModelBuilder builder, Embedding embedding, bool tied)
    {
        var root = builder.At("");
        return KindOf(builder, HeadKind.CausalLanguageModel) switch
        {
            HeadKind.Classification => new LastTokenClassifier(root.TaskHead("score", embedding.Size, Labels(builder), bias: false)),
            HeadKind.TokenClassification => new TokenClassifier(root.TaskHead("score", embedding.Size, Labels(builder))),
            HeadKind.Embedding => builder.EmbeddingHead(Pooling.LastToken),
            HeadKind.QuestionAnswering => new SpanHead(root.TaskHead("qa_outputs", embedding.Size, labels: 2)),
            HeadKind.MaskedLanguageModel =>
                throw new InvalidDataException("A decoder sees no token after the hidden one, so it has no masked-language-model head."),
            _ => new LanguageModelHead(tied ? root.Tied("lm_head", embedding)
                : root.Projection("lm_head", Role.Head, embedding.Size, embedding.Vocabulary)),
        };
    }
}
