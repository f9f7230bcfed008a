using PeftIntegrations.Training;

namespace PeftIntegrations.Conformance;

/// <summary>Every objective case of the reference set that is claimed: the loss of fixed scores, and its gradient.</summary>
public sealed class Objectives(CaseReport report)
{
    public static IEnumerable<TheoryDataRow<string>> Cases => ReferenceSet.Current.Cases("objectives");

    [Theory, MemberData(nameof(Cases))]
    public void Give_the_peers_loss_and_gradient(string folder) => report.Run("objectives", ReferenceSet.Current.NameOf(folder), () =>
    {
        using var golden = new GoldenCase(folder);
        Assert.SkipUnless(Path.GetFileName(folder) == "sft", $"objective {Path.GetFileName(folder)}");
        var scores = golden.Expected["logits"].requires_grad_(true);
        using var model = new FixedOutput(scores);
        var batch = new TrainingBatch(new(golden.Expected["labels"].clamp(min: 0)), golden.Expected["labels"]);
        var objective = new CausalLanguageModel();

        var loss = objective.Sum(model, batch) / objective.Items(batch);
        loss.backward();

        golden.Check("loss", loss);
        golden.Check("gradient", scores.grad!);
    });
}
