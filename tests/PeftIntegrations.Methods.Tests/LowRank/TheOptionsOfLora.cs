using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Methods.Tests;

public sealed class TheOptionsOfLora : IDisposable
{
    private readonly PretrainedModel _model = new TinyModel().Create();

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(-8)]
    public void Refuse_a_rank_below_one(int rank) =>
        AssertRefused(() => new Lora { Rank = rank }, "Rank must be at least 1. 8 or 16 is a good start.", rank);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Refuse_an_alpha_that_is_not_positive(double alpha) =>
        AssertRefused(() => new Lora { Alpha = alpha }, "Alpha must be finite and above 0. Twice the rank is a good start.", alpha);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Refuse_a_dropout_that_is_no_probability_below_one(double dropout) =>
        AssertRefused(() => new Lora { Dropout = dropout }, "Dropout must lie between 0 and 0.999. 0.05 is usual for small data.", dropout);

    [Fact]
    public void Refuse_a_rank_below_one_in_a_pattern() => AssertRefused(
        () => new Lora { RankPattern = new Dictionary<string, int> { ["q_proj"] = 4, ["v_proj"] = 0 } },
        "RankPattern of 'v_proj' must be at least 1. 8 or 16 is a good start.",
        0);

    [Fact]
    public void Refuse_an_alpha_that_is_not_positive_in_a_pattern() => AssertRefused(
        () => new Lora { AlphaPattern = new Dictionary<string, double> { ["v_proj"] = -2.0 } },
        "AlphaPattern of 'v_proj' must be finite and above 0. Twice the rank is a good start.",
        -2.0);

    [Fact]
    public void Start_as_Hugging_Faces_do()
    {
        var lora = new Lora();

        Assert.Equal((8, 16.0, 0.0, false, false), (lora.Rank, lora.Alpha, lora.Dropout, lora.RankStabilised, lora.BiasOfB));
        Assert.Equal(BiasTraining.None, lora.Bias);
        Assert.Equal(new KaimingStart(), lora.Start);
    }

    [Fact]
    public void Name_all_contradictions_at_once()
    {
        var method = new Dora { Layers = [0], Targets = Targets.Pattern(".*q_proj"), BiasOfB = true, Start = new GaussianStart() };

        var e = Assert.Throws<ArgumentException>(() => new Adapter(_model, method));

        Assert.Contains("Dora contradicts itself:", e.Message, StringComparison.Ordinal);
        Assert.Contains("Layers cannot narrow Targets given as a pattern", e.Message, StringComparison.Ordinal);
        Assert.Contains("BiasOfB has no place in DoRA", e.Message, StringComparison.Ordinal);
        Assert.Contains("BiasOfB goes with KaimingStart or RandomStart only", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuse_a_pattern_of_layer_lists_without_numbers()
    {
        var e = Assert.Throws<ArgumentException>(() => new Adapter(_model, new Lora { LayersPattern = ["layers"] }));

        Assert.Contains("but Layers names none: set both or neither.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void List_the_models_layers_where_no_target_is_there()
    {
        var e = Assert.Throws<ArgumentException>(() => new Adapter(_model, new Lora { Targets = Targets.Names("wq", "wv") }));

        Assert.Contains("Lora found no site to attach to: it targets [wq, wv], and this model has [", e.Message, StringComparison.Ordinal);
        Assert.Contains("q_proj", e.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(Func<Lora> make, string message, object value)
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(make);

        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
        Assert.Equal(value, e.ActualValue);
    }
}
