namespace PeftIntegrations.MLNet;

/// <summary>What an adapter from elsewhere is for.</summary>
internal static class AdapterTask
{
    private static readonly Dictionary<string, HeadKind> Known = new()
    {
        ["SEQ_CLS"] = HeadKind.Classification,
        ["TOKEN_CLS"] = HeadKind.TokenClassification,
        ["FEATURE_EXTRACTION"] = HeadKind.Embedding,
        ["CAUSAL_LM"] = HeadKind.CausalLanguageModel,
    };

    /// <summary>The task, by the options, else by the adapter's folder.</summary>
    /// <exception cref="ArgumentException">Neither says what it is for, or it is for something else.</exception>
    public static RowTask Of(string baseModel, string folder, PeftAdapterOptions options)
    {
        var card = AdapterCard.Read(folder);
        var kind = options.Task ?? (card.TaskType is { } stated && Known.TryGetValue(stated, out var known) ? known : (HeadKind?)null);
        var task = (RowTask)(kind switch
        {
            HeadKind.Classification => Classification(LabelsOf(baseModel, card, options), options),
            HeadKind.TokenClassification => Tagging(LabelsOf(baseModel, card, options), options),
            HeadKind.Embedding => Embedding(options),
            HeadKind.CausalLanguageModel => Generation(options),
            _ => throw new ArgumentException(
                $"{folder} says {card.TaskType ?? "nothing"} as its task_type, and a transformer is made of "
                + $"{string.Join(", ", Known.Keys)}. Set {nameof(options.Task)} to what it is for."),
        });
        return task with { MaxLength = options.MaxLength, BatchSize = options.BatchSize, Window = options.Window };
    }

    private static string[] Inputs(PeftAdapterOptions options) =>
        [options.InputColumnName, .. new[] { options.PairColumnName }.OfType<string>()];

    private static RowTask Classification(IReadOnlyList<string> labels, PeftAdapterOptions options) => labels.Count == 1
        ? new TextRegressionTask { Inputs = Inputs(options), Score = options.OutputColumnName ?? "Score" }
        : new TextClassificationTask
        {
            Inputs = Inputs(options),
            Labels = new(labels),
            Score = options.OutputColumnName ?? "Score",
            PredictedLabel = options.PredictedLabelColumnName,
        };

    private static NamedEntitiesTask Tagging(IReadOnlyList<string> tags, PeftAdapterOptions options) => new()
    {
        Inputs = [options.InputColumnName],
        Tags = new(tags),
        PredictedLabel = options.PredictedLabelColumnName,
        Entity = options.OutputColumnName ?? "Entity",
    };

    private static TextEmbeddingTask Embedding(PeftAdapterOptions options) => new()
    {
        Inputs = [options.InputColumnName],
        Output = options.OutputColumnName ?? "Features",
        Pooling = options.Pooling,
        Normalised = options.Normalised,
    };

    private static TextGenerationTask Generation(PeftAdapterOptions options) => new()
    {
        Inputs = [options.InputColumnName],
        Output = options.OutputColumnName ?? "GeneratedText",
        Generation = options.Generation,
    };

    private static IReadOnlyList<string> LabelsOf(string baseModel, AdapterCard card, PeftAdapterOptions options)
    {
        if (options.Labels is { } given) return given;

        var stated = BaseLabels(baseModel);
        if (stated.Count > 0 && (card.Labels ?? stated.Count) == stated.Count) return stated;

        return card.Labels is { } labels ? [.. Enumerable.Range(0, labels).Select(label => $"LABEL_{label}")] : throw new ArgumentException(
            $"Neither the adapter nor {baseModel} brings a head along, so nobody knows the labels. Set {nameof(options.Labels)}.");
    }

    private static List<string> BaseLabels(string baseModel)
    {
        var config = Path.Combine(baseModel, "config.json");
        return File.Exists(config) && JsonFile.Read(config)["id2label"] is System.Text.Json.Nodes.JsonObject names
            ? [.. names.Select(name => $"{name.Value}")] : [];
    }
}
