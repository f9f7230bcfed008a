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

        ForEachPlace(law, place =>
        {
            var (bare, whole) = (Output(Composition.None), Output(Composition.Of("a")));
            Near(bare, Output(Composition.Of("a", 0)));
            Near(bare + 0.5 * (whole - bare), Output(Composition.Of("a", 0.5)));
            Near(bare - (whole - bare), Output(Composition.Of("a", -1)));

            Tensor Output(Composition composition) => Under(stack, composition, place);
            void Near(Tensor expected, Tensor actual) => AssertNear(law, place.Site, whole, expected, actual);
        });
    }

    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Averages_what_the_adapters_do_to_one_input(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        using var stack = Stack(law);

        ForEachPlace(law, place =>
        {
            var (bare, a, b) = (Output(Composition.None), Output(Composition.Of("a")), Output(Composition.Of("b")));
            Near((a + b) / 2, Output(Composition.Average("a", "b")));
            Near(bare + 0.25 * (a - bare) + 2 * (b - bare), Output(Composition.Blend(("a", 0.25), ("b", 2))));

            Tensor Output(Composition composition) => Under(stack, composition, place);
            void Near(Tensor expected, Tensor actual) => AssertNear(law, place.Site, a, expected, actual);
        });
    }

    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Stacks_one_adapter_on_what_the_other_made(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        using var stack = Stack(law);
        var outer = stack["b"].Parts.ToDictionary(part => part.Site, part => part.Patches);

        ForEachPlace(law, place =>
        {
            stack.Activate(Composition.Of("a"));
            var expected = Over(place, outer[place.Site]);
            if (expected is null) return; // weights and activations change in one place: Folds_as_a_whole and the goldens see those
            AssertNear(law, place.Site, expected, expected, Under(stack, Composition.Stack(("a", 1), ("b", 1)), place));
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

    [Theory, MemberData(nameof(LawCase.Grid), MemberType = typeof(LawCase))]
    public void Gives_each_row_of_a_batch_what_it_gives_alone(string method, string architecture, string type, string reach)
    {
        using var law = new LawCase(method, architecture, type, reach);
        using var stack = Stack(law);
        var both = stack.SharesPasses("a") ? Composition.Blend(("a", 0.5), ("b", -1)) : "b";
        Composition[] rows = ["a", Composition.None, both, "a", "b", both];
        var batch = new TokenBatch(law.Batch.Ids.repeat(3, 1), law.Batch.Mask!.repeat(3, 1));

        var learning = (Alone: cat([.. rows.Select(Alone)]), Mixed: stack.Forward(batch, rows));
        using var _ = no_grad();
        var serving = (Alone: cat([.. rows.Select(Alone)]), Mixed: stack.Forward(batch, rows));

        Assert.All([learning, serving], way => // each has products of its own, which round in their own way
        {
            var difference = Difference.Max(Real(way.Alone), Real(way.Mixed)) / way.Alone.abs().max().to(ScalarType.Float64).item<double>();
            Assert.True(difference <= law.Rounding, $"rows differ by {difference:g3} of their largest number");
        });

        Tensor Alone(Composition row, int i)
        {
            stack.Activate(row);
            return law.Model.Forward(new(batch.Ids.narrow(0, i, 1), batch.Mask!.narrow(0, i, 1)));
        }

        // what a padded query computes that sees nothing has no meaning
        Tensor Real(Tensor scores) => scores.dim() == 2 ? scores : scores * batch.Mask!.unsqueeze(-1);
    }

    private static AdapterStack Stack(LawCase law)
    {
        var stack = new AdapterStack(law.Model);
        stack.Set("a", law.Another());
        stack.Set("b", LawCase.Perturb(law.Another()));
        return stack;
    }

    /// <summary>What patches make of a place's input, over all that is active there; null where they are of both kinds.</summary>
    private static Tensor? Over(Place place, IReadOnlyList<Patch> patches)
    {
        if (place.Site is AffineSite site && patches.All(patch => patch is AffinePatch))
        {
            var both = patches.OfType<AffinePatch>().Aggregate(site.Folded(), (below, patch) => patch.Fold(below).As(below));
            return site.Apply(place.Input, both);
        }

        var decorators = patches.OfType<Patch<Tensor>>().ToArray();
        if (decorators.Length != patches.Count) return null;

        return decorators.Aggregate(place.Run, (below, patch) => x => patch.Forward(x, below))(place.Input);
    }

    private static void ForEachSite(LawCase law, Action<AffineSite, Tensor> check)
    {
        Assert.SkipUnless(law.Adapter.Parts.Any(part => IsFoldable(part)), $"{law.Method.GetType().Name} changes no weight");
        using var _ = no_grad();
        foreach (var part in law.Adapter.Parts.Where(part => IsFoldable(part)))
        {
            check((AffineSite)part.Site, law.InputOf((AffineSite)part.Site));
        }
    }

    private static bool IsFoldable((ISite Site, IReadOnlyList<Patch> Patches) part) =>
        part.Site is AffineSite && part.Patches.All(patch => patch is AffinePatch);

    /// <summary>Layers, and blocks of which a curve stands for what they compute.</summary>
    private static void ForEachPlace(LawCase law, Action<Place> check)
    {
        using var _ = no_grad();
        Place[] places =
        [
            .. from part in law.Adapter.Parts
               let input = part.Site is AffineSite layer ? law.InputOf(layer) : randn(2, 3, law.Model.Shape.Hidden).to(law.Type)
               let run = part.Site switch
               {
                   AffineSite own => own.Forward,
                   Point<Tensor> block => x => block.Run(x, y => y.tanh()),
                   _ => (Func<Tensor, Tensor>?)null,
               }
               where run is not null
               select new Place(part.Site, input, run),
        ];
        Assert.SkipWhen(places.Length == 0, $"{law.Method.GetType().Name} acts on the model as a whole");
        foreach (var place in places) check(place);
    }

    private static Tensor Under(AdapterStack stack, Composition composition, Place place)
    {
        stack.Activate(composition);
        return place.Run(place.Input);
    }

    private static Tensor Under(AdapterStack stack, Composition composition, AffineSite site, Tensor x)
    {
        stack.Activate(composition);
        return site.Forward(x);
    }

    private static void AssertNear(LawCase law, ISite site, Tensor scale, Tensor expected, Tensor actual)
    {
        var difference = Difference.Max(expected, actual) / scale.abs().max().to(ScalarType.Float64).item<double>();
        Assert.True(difference <= law.Rounding, $"{site.Path} differs by {difference:g3} of its largest number");
    }

    private sealed record Place(ISite Site, Tensor Input, Func<Tensor, Tensor> Run);
}
