namespace CompareMethods;

/// <summary>What the program returns to the shell.</summary>
internal static class Exit
{
    public const int Done = 0, Failed = 1, Interrupted = 130;
}
