using Microsoft.ML.Data;

namespace TextClassification;

/// <summary>A row of the data.</summary>
internal sealed class Message
{
    [LoadColumn(0)]
    public string Label { get; set; } = "";

    [LoadColumn(1)]
    public string Text { get; set; } = "";
}
