namespace PeftIntegrations.Core.Tests;

public sealed class AnAdapterStack : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly ToyModel _model = new();
    private readonly AdapterStack _stack;
    private readonly Tensor _alone;

    public AnAdapterStack()
    {
        _stack = new(_model);
        _stack.Set("a", new Adapter(_model, new Shift(1)));
        _stack.Set("b", new Adapter(_model, new Shift(2) { Targets = Targets.Names("v_proj") }));
        _stack.Set("c", new Adapter(_model, new Shift(3) { Targets = Targets.Names("q_proj") }));
        _alone = Logits(Composition.None);
    }

    public void Dispose()
    {
        _stack.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Switches_between_adapters_and_back_bit_for_bit()
    {
        var (a, b) = (Logits(Composition.Of("a")), Logits(Composition.Of("b")));

        Assert.NotEqual(0, Difference(a, _alone));
        Assert.NotEqual(0, Difference(a, b));
        Assert.Equal(0, Difference(a, Logits(Composition.Of("a"))));
        Assert.Equal(0, Difference(_alone, Logits(Composition.None)));
    }

    [Fact]
    public void Stacks_adapters_as_the_sum_of_their_weighted_changes()
    {
        var stacked = Logits(Composition.Stack(("a", 1), ("b", 0.5), ("c", -2)));

        Assert.InRange(Difference(stacked, WithChanges((1, "a"), (0.5, "b"), (-2, "c"))), 0, 1e-4);
    }

    [Fact]
    public void Blends_adapters_side_by_side_as_the_sum_of_their_weighted_changes()
    {
        var blended = Logits(Composition.Blend(("a", 0.25), ("b", 2), ("c", 1)));

        Assert.InRange(Difference(blended, WithChanges((0.25, "a"), (2, "b"), (1, "c"))), 0, 1e-4);
    }

    [Fact]
    public void Averages_adapters_as_the_mean_of_their_changes()
    {
        var average = Logits(Composition.Average("a", "b"));

        Assert.InRange(Difference(average, WithChanges((0.5, "a"), (0.5, "b"))), 0, 1e-4);
        Assert.InRange(Difference(Logits(Composition.Average("a", "a", "a")), Logits(Composition.Of("a"))), 0, 1e-4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Weighs_an_adapter_between_the_model_alone_and_all_of_it(double weight)
    {
        var weighed = Logits(Composition.Of("a", weight));

        Assert.InRange(Difference(weighed, weight == 0 ? _alone : Logits(Composition.Of("a"))), 0, 1e-5);
    }

    [Fact]
    public void Folds_what_is_composed_into_the_same_logits()
    {
        var blended = Logits(Composition.Blend(("a", 0.25), ("b", 2)));
        var folded = _model.Sites.OfType<AffineSite>().ToDictionary(site => site, site => site.Folded());

        _stack.Activate(Composition.None);
        var x = ToyModel.Tokens.Ids;
        var merged = folded.Aggregate(x, (h, layer) => layer.Key.Apply(h, layer.Value));

        Assert.InRange(Difference(blended, merged), 0, 1e-4);
    }

    [Fact]
    public void Leaves_the_model_alone_once_the_adapter_that_acts_is_removed()
    {
        _stack.Activate(Composition.Stack(("a", 1), ("b", 1)));

        Assert.True(_stack.Remove("a"));
        Assert.False(_stack.Remove("a"));

        Assert.Equal(Composition.None, _stack.Active);
        Assert.Equal(0, Difference(_alone, _model.Forward(ToyModel.Tokens)));
        Assert.Equal(["b", "c"], _stack.Names);
    }

    [Fact]
    public void Keeps_what_acts_when_another_adapter_is_removed_or_a_name_is_unknown()
    {
        var a = Logits(Composition.Of("a"));

        _stack.Remove("c");
        var e = Assert.Throws<ArgumentException>(() => _stack.Activate(Composition.Stack(("b", 1), ("nobody", 1))));

        Assert.Contains("'nobody'", e.Message, StringComparison.Ordinal);
        Assert.Contains("Loaded: a, b.", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, Difference(a, _model.Forward(ToyModel.Tokens)));
    }

    [Fact]
    public void Frees_the_adapter_whose_name_another_takes()
    {
        var before = _stack["a"];
        _stack.Activate(Composition.Of("a"));

        _stack.Set("a", new Adapter(_model, new Shift(9)));

        Assert.All(before.Tensors.Values, tensor => Assert.True(tensor.IsInvalid));
        Assert.Equal(0, Difference(_alone, _model.Forward(ToyModel.Tokens)));
    }

    [Fact]
    public void Refuses_an_adapter_of_another_model()
    {
        var stranger = new Adapter(new ToyModel(), new Shift(1));

        var e = Assert.Throws<ArgumentException>(() => _stack.Set("a", stranger));

        Assert.Contains("another model", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_what_there_is_where_an_adapter_finds_no_site()
    {
        var e = Assert.Throws<ArgumentException>(() => new Adapter(_model, new Shift(1) { Targets = Targets.Names("c_attn", "w1") }));

        Assert.Contains("[c_attn, w1]", e.Message, StringComparison.Ordinal);
        Assert.Contains("[embed, q_proj, norm, v_proj, lm_head]", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_weights_that_are_not_finite()
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => Composition.Of("a", double.NaN));

        Assert.Contains("finite", e.Message, StringComparison.Ordinal);
    }

    private Tensor Logits(Composition composition)
    {
        _stack.Activate(composition);
        return _model.Forward(ToyModel.Tokens).detach();
    }

    // The model with W₀ + Σ wᵢΔWᵢ, computed by hand.
    private Tensor WithChanges(params (double Weight, string Name)[] changes)
    {
        _stack.Activate(Composition.None);
        return _model.Sites.OfType<AffineSite>().Aggregate(ToyModel.Tokens.Ids, (x, site) =>
        {
            var (weight, bias) = site.Read();
            foreach (var (share, name) in changes)
            {
                var delta = _stack[name].Tensors.GetValueOrDefault($"base_model.model.{site.Path}.delta");
                if (delta is not null) weight = weight + share * delta;
            }

            return site.Apply(x, new(weight, bias));
        }).detach();
    }

    private static double Difference(Tensor one, Tensor other) => (one - other).abs().max().item<float>();
}
