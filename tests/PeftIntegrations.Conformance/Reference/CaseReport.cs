using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
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
    private const string Lack = "The set lacks ";

    /// <summary>The kinds of the layout; a set need not have them all.</summary>
    private static readonly string[] Kinds =
    [
        "adapters", "architectures", "chat-templates", "merging", "objectives", "quantised", "real", "sampling", "tokenizers", "training",
    ];

    private readonly ConcurrentQueue<Outcome> _outcomes = [];
    private readonly ReferenceSet _set;

    public CaseReport() : this(ReferenceSet.Current)
    {
    }

    internal CaseReport(ReferenceSet set) => _set = set;

    private enum Verdict { Lacking, Passed, NotClaimed, Failed }

    /// <summary>Where the table lies once the run has ended.</summary>
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "TestResults", "conformance.md");

    /// <summary>Skips a check for which the set has no numbers. A case that no check has numbers for counts as not claimed.</summary>
    [DoesNotReturn]
    public static void Lacks(string what) => Assert.Skip(Lack + what);

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
            var reason = e.Message[DynamicSkipToken.Value.Length..];
            var verdict = reason.StartsWith(Lack, StringComparison.Ordinal) ? Verdict.Lacking : Verdict.NotClaimed;
            _outcomes.Enqueue(new(kind, name, verdict, reason));
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
        var text = new StringBuilder("| kind | cases | ran | passed | failed | not claimed |\n");
        text.Append("| --- | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var kind in _outcomes.GroupBy(o => o.Kind).OrderBy(k => k.Key, StringComparer.Ordinal))
        {
            var worst = kind.GroupBy(o => o.Name).Select(c => c.Max(o => o.Verdict)).ToList();
            var (passed, failed) = (worst.Count(v => v == Verdict.Passed), worst.Count(v => v == Verdict.Failed));
            var ran = passed + failed;
            text.Append($"| {kind.Key} | {worst.Count} | {ran} | {passed} | {failed} | {worst.Count - ran} |\n");
        }

        var absent = _set.Root is null ? [] : Kinds.Where(kind => _set.Files(kind, "*.json").Count == 0).ToList();
        if (absent.Count > 0) text.Append($"\nThe set has no cases of {string.Join(", ", absent)}.\n");
        text.Append(Reasons("Failed", Verdict.Failed)).Append(Reasons("Not claimed", Verdict.NotClaimed, Verdict.Lacking));
        return text.ToString();
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
        Console.WriteLine(table);
    }

    private string Reasons(string title, params Verdict[] verdicts)
    {
        var lines =
            from outcomes in _outcomes.GroupBy(o => (o.Kind, o.Name))
            let worst = outcomes.Max(o => o.Verdict)
            where verdicts.Contains(worst)
            from outcome in outcomes
            where outcome.Verdict == worst
            group outcome.Name by (outcome.Kind, Reason: outcome.Reason.ReplaceLineEndings(" ")) into cases
            orderby cases.Key
            select $"- {cases.Key.Kind}: {cases.Key.Reason} ({string.Join(", ", cases.Distinct().Order(StringComparer.Ordinal))})\n";

        return string.Concat(lines) is { Length: > 0 } list ? $"\n{title}:\n\n{list}" : "";
    }

    private sealed record Outcome(string Kind, string Name, Verdict Verdict, string Reason);
}
