using PeftIntegrations.Core;

namespace PeftIntegrations.Conformance;

/// <summary>Two adapters of each registered method on one model: switched, weighted, stacked and averaged.</summary>
[Collection(nameof(OneRandomStream))]
public sealed class EveryComposition
{
    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Switches_bit_for_bit(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        var bare = law.Logits();
        using var stack = Stack(law);
        var (a, b) = (Alone(stack["a"]), Alone(stack["b"]));

        Composition onlyA = Composition.Of("a"), onlyB = Composition.Of("b");
        foreach (var (composition, expected) in new[] { (onlyA, a), (onlyB, b), (onlyA, a), (Composition.None, bare) })
        {
            stack.Activate(composition);
            Assert.Equal(0, Difference.Max(expected, law.Logits()));
        }

        Assert.True(Difference.Relative(a, b) > 1e-2, "the two adapters do the same");

        Tensor Alone(Adapter adapter)
        {
            adapter.Attach();
            var logits = law.Logits();
            adapter.Detach();
            return logits;
        }
    }

    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Weighs_between_the_model_and_the_adapter(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        using var stack = Stack(law);

        ForEachSite(law, (site, x) =>
        {
            var (bare, whole) = (Output(Composition.None), Output(Composition.Of("a")));
            Near(bare, Output(Composition.Of("a", 0)));
            Near(bare + 0.5 * (whole - bare), Output(Composition.Of("a", 0.5)));
            Near(bare - (whole - bare), Output(Composition.Of("a", -1)));

            Tensor Output(Composition composition) => Under(stack, composition, site, x);
            void Near(Tensor expected, Tensor actual) => AssertNear(law, site, whole, expected, actual);
        });
    }

    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Averages_what_the_adapters_do_to_one_input(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        using var stack = Stack(law);

        ForEachSite(law, (site, x) =>
        {
            var (bare, a, b) = (Output(Composition.None), Output(Composition.Of("a")), Output(Composition.Of("b")));
            Near((a + b) / 2, Output(Composition.Average("a", "b")));
            Near(bare + 0.25 * (a - bare) + 2 * (b - bare), Output(Composition.Blend(("a", 0.25), ("b", 2))));

            Tensor Output(Composition composition) => Under(stack, composition, site, x);
            void Near(Tensor expected, Tensor actual) => AssertNear(law, site, a, expected, actual);
        });
    }

    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Stacks_one_adapter_on_what_the_other_made(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        using var stack = Stack(law);
        var outer = stack["b"].Parts.ToDictionary(part => part.Site, part => part.Patches);

        ForEachSite(law, (site, x) =>
        {
            stack.Activate(Composition.Of("a"));
            var both = outer[site].OfType<AffinePatch>().Aggregate(site.Folded(), (below, patch) => patch.Fold(below).As(below));
            var expected = site.Apply(x, both);
            AssertNear(law, site, expected, expected, Under(stack, Composition.Stack(("a", 1), ("b", 1)), site, x));
        });
    }

    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Folds_as_a_whole(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        using var stack = Stack(law);
        Composition[] compositions = [Composition.Of("a", 0.5), Composition.Average("a", "b"), Composition.Stack(("a", 1), ("b", -0.5))];

        ForEachSite(law, (site, x) =>
        {
            foreach (var composition in compositions)
            {
                var output = Under(stack, composition, site, x);
                AssertNear(law, site, output, output, site.Apply(x, site.Folded()));
            }
        });
    }

    private static AdapterStack Stack(LawCase law)
    {
        var stack = new AdapterStack(law.Model);
        stack.Set("a", law.Another());
        stack.Set("b", LawCase.Perturb(law.Another()));
        return stack;
    }

    private static void ForEachSite(LawCase law, Action<AffineSite, Tensor> check)
    {
        using var _ = no_grad();
        foreach (var (site, patches) in law.Adapter.Parts)
        {
            if (site is AffineSite layer && patches.All(patch => patch is AffinePatch)) check(layer, law.InputOf(layer));
        }
    }

    private static Tensor Under(AdapterStack stack, Composition composition, AffineSite site, Tensor x)
    {
        stack.Activate(composition);
        return site.Forward(x);
    }

    private static void AssertNear(LawCase law, AffineSite site, Tensor scale, Tensor expected, Tensor actual)
    {
        var difference = Difference.Max(expected, actual) / scale.abs().max().to(ScalarType.Float64).item<double>();
        Assert.True(difference <= law.Rounding, $"{site.Path} differs by {difference:g3} of its largest number");
    }
}
