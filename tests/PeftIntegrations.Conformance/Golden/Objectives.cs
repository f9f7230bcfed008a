using PeftIntegrations.Training;

namespace PeftIntegrations.Conformance;

/// <summary>Every objective case of the reference set that is claimed: the loss of fixed scores, and its gradient.</summary>
public sealed class Objectives(CaseReport report)
{
    public static IEnumerable<TheoryDataRow<string>> Cases => ReferenceSet.Current.Cases("objectives");

    [Theory, MemberData(nameof(Cases))]
    public void Give_the_peers_loss_and_gradient(string folder) => GoldenCase.Run(report, "objectives", folder, golden =>
    {
        Assert.SkipUnless(Path.GetFileName(folder) == "sft", $"objective {Path.GetFileName(folder)}");
        var (scores, labels) = (golden.Needs("logits").requires_grad_(true), golden.Needs("labels"));
        using var model = new FixedOutput(scores);
        var batch = new TrainingBatch(new(labels.clamp(min: 0)), labels);
        var objective = new CausalLanguageModel();

        var loss = objective.Sum(model, batch) / objective.Items(batch);
        loss.backward();

        golden.Check("loss", loss);
        golden.Check("gradient", scores.grad!);
    });
}
