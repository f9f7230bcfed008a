using System.Numerics.Tensors;

namespace PeftIntegrations;

/// <summary>What a classifier's scores mean, in a model's <c>config.json</c>.</summary>
internal static class Problems
{
    private const string Field = "problem_type";

    private static readonly Dictionary<string, ProblemKind> Names = new()
    {
        ["single_label_classification"] = ProblemKind.SingleLabel,
        ["multi_label_classification"] = ProblemKind.MultiLabel,
        ["regression"] = ProblemKind.Regression,
    };

    /// <summary>What the configuration says; where it says nothing, one label is a number, and several exclude each other.</summary>
    public static ProblemKind Read(PretrainedModel model, int labels) =>
        model.Config[Field]?.ToString() is not { } name ? labels == 1 ? ProblemKind.Regression : ProblemKind.SingleLabel
        : Names.TryGetValue(name, out var kind) ? kind
        : throw new InvalidDataException($"The model says '{name}' as {Field}. Known: {string.Join(", ", Names.Keys)}.");

    /// <summary>Puts what a classifier's numbers mean in their place.</summary>
    public static float[] Finish(ProblemKind problem, float[] scores)
    {
        if (problem == ProblemKind.SingleLabel) SoftmaxOf.Row(scores);
        else if (problem == ProblemKind.MultiLabel) TensorPrimitives.Sigmoid<float>(scores, scores);
        return scores;
    }

    /// <summary>Writes it, so that a merged model knows.</summary>
    public static void Write(PretrainedModel model, ProblemKind problem) =>
        model.Config[Field] = Names.First(name => name.Value == problem).Key;
}
