using System.Globalization;
using System.Text.Json.Nodes;

namespace PeftIntegrations;

/// <summary>The names of a classifier's labels in a model's <c>config.json</c>.</summary>
internal static class LabelNames
{
    private const string Field = "id2label";

    private static readonly string[] Tasks = ["SEQ_CLS", "TOKEN_CLS"];
    private static readonly string[] ClassSuffixes = ["For", "LMHead", "Model"];

    /// <summary>The names, <c>LABEL_0</c> and so on where the configuration has none; empty where the head has no labels.</summary>
    public static IReadOnlyList<string> Read(PretrainedModel model)
    {
        if (!Tasks.Contains(model.Head.TaskType) || model.Head.Output is not { } output) return [];

        var stated = model.Config[Field] as JsonObject;
        return [.. Enumerable.Range(0, (int)output.WeightShape[0]).Select(Name)];

        string Name(int index) => stated?[index.ToString(CultureInfo.InvariantCulture)]?.ToString() ?? $"LABEL_{index}";
    }

    /// <summary>Writes the names of a new head, so that a merged model knows them.</summary>
    public static void Write(PretrainedModel model, IReadOnlyList<string> labels)
    {
        var config = model.Config;
        var (names, places) = (new JsonObject(), new JsonObject());
        foreach (var (index, label) in labels.Index())
        {
            names[index.ToString(CultureInfo.InvariantCulture)] = label;
            places[label] = index;
        }

        (config[Field], config["label2id"]) = (names, places);
        if ((config["architectures"] as JsonArray)?.FirstOrDefault()?.ToString() is not { } name) return;

        var ends = ClassSuffixes.Select(suffix => name.IndexOf(suffix, StringComparison.Ordinal)).Where(place => place > 0);
        var item = model.Head.TaskType == "TOKEN_CLS" ? "Token" : "Sequence";
        config["architectures"] = new JsonArray($"{name[..ends.DefaultIfEmpty(name.Length).Min()]}For{item}Classification");
    }

    /// <summary>The labels, if they can be of a head: some, each once.</summary>
    public static IReadOnlyList<string> Check(IReadOnlyList<string> labels)
    {
        var twice = Guard.NotEmpty(labels, "Name a label for each class, such as those of the data.", nameof(PeftModelOptions.Labels))
            .GroupBy(label => label).FirstOrDefault(same => same.Count() > 1);
        return twice is null
            ? labels
            : throw new ArgumentException($"The label '{twice.Key}' is given twice. Give each once.", nameof(labels));
    }
}
