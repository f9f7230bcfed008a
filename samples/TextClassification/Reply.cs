namespace TextClassification;

/// <summary>What the model says of a message.</summary>
internal sealed class Reply
{
    public string Answer { get; set; } = "";

    public float[] Score { get; set; } = [];
}
