namespace PeftIntegrations.MLNet;

/// <summary>What ML.NET's evaluators want to be told of the columns they judge.</summary>
internal static class ColumnKinds
{
    public const string Multiclass = "MulticlassClassification", Binary = "BinaryClassification", Regression = "Regression";

    /// <summary>What a column is, in the words of ML.NET: the kind of task, and which of its columns.</summary>
    public static IEnumerable<Annotation> Of(string task, string value) =>
        [Annotation.Text("ScoreColumnKind", task), Annotation.Text("ScoreValueKind", value)];
}
