namespace PeftIntegrations.Conformance;

public sealed class TheCaseReport
{
    private static readonly ReferenceSet Nowhere = new(Path.GetTempPath(), _ => null);

    [Fact]
    public void Counts_each_case_once_by_its_worst_check()
    {
        var report = new CaseReport(Nowhere);

        report.Run("adapters", "lora", () => { });
        Assert.ThrowsAny<Exception>(() => report.Run("adapters", "lora", () => Assert.Fail("off by 1\nin logits")));
        report.Run("adapters", "ia3", () => { });
        Skipped(() => report.Run("adapters", "ia3", () => CaseReport.Lacks("merged_logits")));
        Skipped(() => report.Run("adapters", "new", () => Assert.Skip("there is no method NEW")));
        Skipped(() => report.Run("adapters", "bare", () => CaseReport.Lacks("case.json")));

        Assert.Equal(
            """
            | kind | cases | ran | passed | failed | not claimed |
            | --- | ---: | ---: | ---: | ---: | ---: |
            | adapters | 4 | 2 | 1 | 1 | 2 |

            Failed:

            - adapters: off by 1 in logits (lora)

            Not claimed:

            - adapters: The set lacks case.json (bare)
            - adapters: there is no method NEW (new)

            """,
            report.ToMarkdown());
    }

    [Fact]
    public void Is_safe_to_write_from_many_threads()
    {
        var report = new CaseReport(Nowhere);

        Parallel.For(0, 1000, i => report.Run("merging", $"{i % 10}", () => { }));

        Assert.Contains("| merging | 10 | 10 | 10 | 0 | 0 |", report.ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Says_of_which_kinds_the_set_has_no_case()
    {
        var place = Directory.CreateTempSubdirectory("peft-");
        File.WriteAllText(Path.Combine(place.CreateSubdirectory("merging/ties").FullName, "case.json"), "{}");

        var table = new CaseReport(new(place.FullName, _ => place.FullName)).ToMarkdown();
        place.Delete(recursive: true);

        Assert.Contains("The set has no cases of adapters, architectures, chat-templates, objectives,", table, StringComparison.Ordinal);
        Assert.DoesNotContain("merging", table, StringComparison.Ordinal);
    }

    // Assert.Throws lets a skip through, so that it would end this test too.
    private static void Skipped(Action run)
    {
        try
        {
            run();
        }
        catch (Exception e) when (e.Message.StartsWith("$XunitDynamicSkip$", StringComparison.Ordinal))
        {
            return;
        }

        Assert.Fail("It was not skipped.");
    }
}
