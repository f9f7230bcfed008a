using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Methods.Tests;

public sealed class PrefixesSideBySide
{
    [Fact]
    public void Are_refused_and_a_prefix_alone_acts_on()
    {
        using var scope = NewDisposeScope();
        using var model = new TinyModel().Create();
        using var stack = new AdapterStack(model);
        foreach (var name in (string[])["a", "b"]) stack.Set(name, new(model, new PrefixTuning { Length = 2 }));
        var batch = new TokenBatch(tensor([1L, 5, 9], [1, 3], device: CPU));
        stack.Activate("a");
        var alone = model.Forward(batch);

        stack.Activate(Composition.Average("a", "b"));
        var e = Assert.Throws<NotSupportedException>(() => model.Forward(batch));
        stack.Activate("a");

        Assert.Contains("prefixes can be neither averaged nor weighted", e.Message, StringComparison.Ordinal);
        Assert.Equal(0, Difference.Max(alone, model.Forward(batch)));
    }
}
