namespace LoadFromPython;

/// <summary>What is asked.</summary>
internal sealed class Message
{
    public string Text { get; set; } = "";
}
