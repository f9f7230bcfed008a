namespace PeftIntegrations.Conformance;

/// <summary>What huggingface/peft and transformers compute from files that were written here.</summary>
[Trait("Speed", "Slow"), Collection(nameof(OneRandomStream))]
public sealed class TheRealPeft(PeerRun run, CaseReport report) : IClassFixture<PeerRun>
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> All => [.. PeerCases.All.Keys, PeerRun.FrontDoor];

    public static TheoryData<string> MergedHere => [.. Merges(_ => true), PeerRun.FrontDoor];

    public static TheoryData<string> MergedThere => [.. Merges(@case => @case.PeftMerges), PeerRun.FrontDoor];

    [Theory, MemberData(nameof(All))]
    public void Computes_our_logits_from_our_files(string name) => AssertNear(name, "logits", "logits", Tolerance);

    [Theory, MemberData(nameof(MergedHere))]
    public void Computes_our_logits_from_the_model_we_merged(string name) => AssertNear(name, "plain_logits", "plain_logits", Tolerance);

    [Theory, MemberData(nameof(MergedThere))]
    public void Merges_our_adapter_to_our_logits(string name) =>
        AssertNear(name, "plain_logits", "merged_logits", PeerCases.All.GetValueOrDefault(name)?.MergeTolerance ?? Tolerance);

    private static IEnumerable<string> Merges(Func<PeerCase, bool> more) =>
        PeerCases.All.Where(pair => pair.Value is { Method: not null, Merges: true } && more(pair.Value)).Select(pair => pair.Key);

    private void AssertNear(string name, string ours, string theirs, double tolerance) => report.Run("peers", name, () =>
    {
        var difference = run[name].Difference(ours, theirs);

        TestContext.Current.TestOutputHelper?.WriteLine($"{theirs} of {name} differ by {difference:g3}");
        Assert.InRange(difference, 0, tolerance);
    });
}
