namespace LoadFromPython;

/// <summary>What is answered.</summary>
internal sealed class Reply
{
    public string Text { get; set; } = "";

    public float[] Score { get; set; } = [];
}
