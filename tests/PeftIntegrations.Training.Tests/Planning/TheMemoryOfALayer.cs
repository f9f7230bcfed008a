using PeftIntegrations.Core;

namespace PeftIntegrations.Training.Tests;

public sealed class TheMemoryOfALayer
{
    [Fact]
    public void Counts_once_what_a_norm_and_those_behind_it_keep_and_not_what_is_made_again()
    {
        using var model = new TinyModel().Create();
        using var adapter = new Adapter(model, new Lora { Targets = Targets.AllLinear });

        var kept = LayerMemory.Of(adapter)[0].Kept;

        var hidden = model.Shape.Hidden;
        var read = Sum(model, Role.Query, Role.Key, Role.Value, Role.Gate, Role.Up); // the inputs are two norms' values and attention's
        Assert.Equal((2 * hidden) + Sum(model, Role.Query) + read, kept);
    }

    [Fact]
    public void Counts_the_input_of_the_last_projection_where_a_method_keeps_it()
    {
        using var model = new TinyModel().Create();
        using var lora = new Adapter(model, new Lora { Targets = Targets.AllLinear });
        using var dora = new Adapter(model, new Dora { Targets = Targets.AllLinear });

        var (less, more) = (LayerMemory.Of(lora)[0].Kept, LayerMemory.Of(dora)[0].Kept);

        Assert.Equal(Sum(model, Role.Up), more - less);
    }

    private static long Sum(PretrainedModel model, params Role[] roles) =>
        model.Sites.OfType<Projection>().Where(site => site.Path.Contains(".0.", StringComparison.Ordinal) && roles.Contains(site.Role))
            .Sum(site => site.Out);
}
