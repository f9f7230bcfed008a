namespace PeftIntegrations.Core;

/// <summary>What is wrong with a file, one line each.</summary>
internal static class Problems
{
    private const int Most = 50; // a damaged file of a million tensors would fill the screen a million times

    /// <summary>The first problems as lines, and how many more there are.</summary>
    public static string Listed(IReadOnlyCollection<string> problems) =>
        string.Join("\n  ", problems.Take(Most)) + (problems.Count > Most ? $"\n  … and {problems.Count - Most} more." : "");
}
