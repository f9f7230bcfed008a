namespace PeftIntegrations.Conformance;

/// <summary>A sentence that holds when nothing offends against it.</summary>
internal static class Rule
{
    /// <summary>Fails with the rule and every offender, one a line.</summary>
    public static void Holds(string rule, IEnumerable<string> offenders)
    {
        var found = offenders.ToList();
        if (found.Count > 0) Assert.Fail($"{rule}. {found.Count} offend:\n  {string.Join("\n  ", found)}");
    }
}
