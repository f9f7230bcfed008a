using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Methods.Tests;

public sealed class OptionsThatContradictEachOther : IDisposable
{
    private readonly PretrainedModel _model = new TinyModel().Create();

    public static TheoryData<PeftMethod, string[]> Pairs => new()
    {
        { new Lora { Layers = [0], Targets = Targets.Pattern(".*q_proj") }, ["Layers cannot narrow Targets", "into the pattern"] },
        { new Lora { LayersPattern = ["h"] }, ["LayersPattern", "Layers names none", "both or neither"] },
        { new Lora { BiasOfB = true, Start = new GaussianStart() }, ["BiasOfB", "KaimingStart or RandomStart"] },
        { new Dora { BiasOfB = true }, ["BiasOfB", "DoRA", "leave it false"] },
        { new Lora { TokenIndices = [3], ModulesToSave = ["embed_tokens"] }, ["ModulesToSave", "TokenIndices", "not both"] },
        {
            new Ia3 { Targets = Targets.Names("k_proj", "up_proj"), FeedForward = Targets.Names("up_proj", "down_proj") },
            ["FeedForward", "Targets does not name down_proj", "in both, or in neither"]
        },
        { new PromptTuning { Text = "label it" }, ["Text says", "Start is Random", "PromptStart.Text"] },
        { new PromptTuning { Start = PromptStart.Text }, ["Start is Text", "Text gives no token"] },
        { new PrefixTuning { EncoderSize = 8 }, ["EncoderSize is 8", "HasProjection is false", "both, or neither"] },
    };

    public static TheoryData<AdaLora, int, string[]> Schedules => new()
    {
        { new AdaLora { InitialRank = 4 }, 100, ["TargetRank is 8 and InitialRank 4", "Raise InitialRank"] },
        { new AdaLora { StepsBefore = 60, StepsAfter = 40 }, 100, ["StepsBefore is 60 and StepsAfter 40", "none of 100 steps"] },
        { new AdaLora { StepsBefore = 2, Steps = 2 }, 100, ["StepsBefore is 2 and StepsAfter 0", "none of 2 steps", "train longer"] },
        { new AdaLora { TargetRank = 13, StepsAfter = 9 }, 8, ["TargetRank is 13", "StepsAfter 9"] },
    };

    public void Dispose() => _model.Dispose();

    [Theory, MemberData(nameof(Pairs))]
    public void Are_refused_by_both_names(PeftMethod method, string[] told)
    {
        var e = Assert.Throws<ArgumentException>(() => new Adapter(_model, method));

        Assert.All(told, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Schedules))]
    public void Of_a_rank_schedule_are_refused_when_the_run_begins(AdaLora method, int steps, string[] told)
    {
        using var adapter = new Adapter(_model, method); // a file may say so, and is only read

        var e = Assert.Throws<ArgumentException>(() => adapter.Powers<IStepAware>().Single().Begin(steps));

        Assert.All(told, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Of_a_file_that_was_trained_without_them_are_not_looked_at()
    {
        new Adapter(_model, new PromptTuning { Text = "label it", IsMaterialised = true }).Dispose();
        new Adapter(_model, new PrefixTuning { EncoderSize = 8, IsMaterialised = true }).Dispose();
        new Adapter(_model, new Ia3 { Targets = Targets.Names("up_proj", "k_proj"), FeedForward = Targets.Names("up_proj") }).Dispose();
    }
}
