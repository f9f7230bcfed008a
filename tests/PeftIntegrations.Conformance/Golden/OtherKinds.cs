namespace PeftIntegrations.Conformance;

/// <summary>The cases of kinds that no class here runs yet, so that the tally tells of them.</summary>
public sealed class OtherKinds(CaseReport report)
{
    private static readonly string[] Run =
        ["adapters", "architectures", "chat-templates", "merging", "objectives", "quantised", "real", "sampling", "tokenizers", "training"];

    public static IEnumerable<TheoryDataRow<string>> Cases =>
        ReferenceSet.Current.Rows("other", ReferenceSet.Current.Kinds.Except(Run).SelectMany(kind => ReferenceSet.Current.Folders(kind)));

    [Theory, MemberData(nameof(Cases))]
    public void Are_not_claimed(string folder)
    {
        var name = ReferenceSet.Current.NameOf(folder);
        var kind = name.Split('/')[0];

        report.Run(kind, name, () => Assert.Skip($"nothing does {kind.Replace('-', ' ')} yet"));
    }
}
