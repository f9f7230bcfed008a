using System.Collections.Concurrent;
using System.Text;
using PeftIntegrations.Conformance;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(CaseReport))]

namespace PeftIntegrations.Conformance;

/// <summary>
/// Tallies the reference cases over the whole run, and tells at its end which passed, which failed, and which nobody claims yet.
/// Test classes ask for it in their constructor.
/// </summary>
public sealed class CaseReport : IDisposable
{
    private readonly ConcurrentQueue<Outcome> _outcomes = [];

    private enum Verdict { Passed, NotClaimed, Failed }

    /// <summary>Where the table lies once the run has ended.</summary>
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "TestResults", "conformance.md");

    /// <summary>Runs <paramref name="check"/> for a case. A check that skips says what is missing, and leaves the case unclaimed.</summary>
    public void Run(string kind, string name, Action check)
    {
        try
        {
            check();
            _outcomes.Enqueue(new(kind, name, Verdict.Passed, ""));
        }
        catch (Exception e) when (e.Message.StartsWith(DynamicSkipToken.Value, StringComparison.Ordinal))
        {
            _outcomes.Enqueue(new(kind, name, Verdict.NotClaimed, e.Message[DynamicSkipToken.Value.Length..]));
            throw;
        }
        catch (Exception e)
        {
            _outcomes.Enqueue(new(kind, name, Verdict.Failed, e.Message));
            throw;
        }
    }

    /// <summary>The tally as a Markdown table, and below it what failed and what is missing. A case's worst check counts.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder("| kind | cases | passed | failed | not claimed |\n| --- | ---: | ---: | ---: | ---: |\n");
        foreach (var kind in _outcomes.GroupBy(o => o.Kind).OrderBy(k => k.Key, StringComparer.Ordinal))
        {
            var cases = kind.GroupBy(o => o.Name).Select(c => c.Max(o => o.Verdict)).ToList();
            var counts = new[] { Verdict.Passed, Verdict.Failed, Verdict.NotClaimed }.Select(v => cases.Count(c => c == v));
            text.Append($"| {kind.Key} | {cases.Count} | {string.Join(" | ", counts)} |\n");
        }

        return text.Append(Reasons("Failed", Verdict.Failed)).Append(Reasons("Not claimed", Verdict.NotClaimed)).ToString();
    }

    /// <summary>Writes the table, if any case ran.</summary>
    public void Dispose()
    {
        if (_outcomes.IsEmpty) return;

        var table = ToMarkdown();
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File + ".new", table);
        System.IO.File.Move(File + ".new", File, overwrite: true);
        TestContext.Current.SendDiagnosticMessage(table);
    }

    private string Reasons(string title, Verdict verdict)
    {
        var lines =
            from outcome in _outcomes
            where outcome.Verdict == verdict
            group outcome.Name by (outcome.Kind, Reason: outcome.Reason.ReplaceLineEndings(" ")) into cases
            orderby cases.Key
            select $"- {cases.Key.Kind}: {cases.Key.Reason} ({string.Join(", ", cases.Distinct().Order(StringComparer.Ordinal))})\n";

        return string.Concat(lines) is { Length: > 0 } list ? $"\n{title}:\n\n{list}" : "";
    }

    private sealed record Outcome(string Kind, string Name, Verdict Verdict, string Reason);
}
