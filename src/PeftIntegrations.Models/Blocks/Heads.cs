using System.Text.Json.Nodes;

namespace PeftIntegrations.Models;

/// <summary>Picks the head that a checkpoint, or the caller, asks for.</summary>
internal static class Heads
{
    /// <summary>A decoder's: a classifier where labels are asked for or the checkpoint is a classifier's, else a language model's.</summary>
    public static Head ForDecoder(ModelBuilder builder, Embedding embedding, bool tied)
    {
        var root = builder.At("");
        if (builder.NewLabels is { } labels && !root.Has("score.weight"))
        {
            return new LastTokenClassifier(root.NewProjection("score", Role.Head, embedding.Size, labels, deviation: 0.02));
        }

        if (builder.NewLabels is not null || IsClassifier(builder.Config))
        {
            return new LastTokenClassifier(root.Projection("score", Role.Head, embedding.Size, builder.NewLabels ?? LabelCount(builder.Config)));
        }

        return new LanguageModelHead(tied
            ? root.Tied("lm_head", Role.Head, embedding)
            : root.Projection("lm_head", Role.Head, embedding.Size, embedding.Vocabulary));
    }

    private static bool IsClassifier(JsonObject config) =>
        config["architectures"] is JsonArray names && names.Any(name => name?.ToString().EndsWith("ForSequenceClassification", StringComparison.Ordinal) == true);

    private static int LabelCount(JsonObject config) => (config["id2label"] as JsonObject)?.Count ?? config["num_labels"]?.GetValue<int>() ?? 2;
}
