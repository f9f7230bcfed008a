using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Methods.Tests;

public sealed class DoraByHand
{
    // V = W₀ + ΔW of LoraByHand = [5 2 −1; 2 11 8]: ‖V‖ = [√30 √189], Vx = [5 29].
    private static readonly Dora Method = new() { Rank = 2, Alpha = 4 };

    [Fact]
    public void Starts_with_the_lengths_of_the_rows()
    {
        var layer = new ALayerOfTwoByThree(Method);

        var m = ALayerOfTwoByThree.Numbers(layer["lora_magnitude_vector"]);

        Assert.Equal([MathF.Sqrt(14), MathF.Sqrt(77)], m, Near);
        AssertOutputs(layer, 9 + 10, 21 + 20);
    }

    [Fact]
    public void Gives_each_row_of_V_its_own_length()
    {
        var layer = LoraByHand.Set(new(Method)).With("lora_magnitude_vector", 3, 0.5f);

        AssertOutputs(layer, 3 * 5 / MathF.Sqrt(30) + 10, 0.5f * 29 / MathF.Sqrt(189) + 20);
    }

    [Fact]
    public void Holds_the_length_of_V_constant_to_the_gradient()
    {
        var layer = LoraByHand.Set(new(Method)).With("lora_magnitude_vector", 3, 0.5f);
        float first = 3 / MathF.Sqrt(30), second = 0.5f / MathF.Sqrt(189);

        layer.Site.Forward(ALayerOfTwoByThree.X).sum().backward();

        // y = m/‖V‖ ∘ (W₀x + s·B·A·x) + b with Ax = [−1 1] and s = 2; by m it is Vx/‖V‖.
        Assert.Equal([-2 * first, 2 * first, -2 * second, 2 * second], ALayerOfTwoByThree.Numbers(layer["lora_B.weight"].grad!), Near);
        Assert.Equal([5 / MathF.Sqrt(30), 29 / MathF.Sqrt(189)], ALayerOfTwoByThree.Numbers(layer["lora_magnitude_vector"].grad!), Near);
    }

    [Fact]
    public void Lets_dropout_touch_the_update_alone()
    {
        using var scope = NewDisposeScope();
        using var model = new TinyModel().Create();
        using var adapter = new Adapter(model, Method with { Dropout = 0.9 });
        var batch = new TokenBatch(tensor([1L, 5, 9], [1, 3]));
        var before = model.Forward(batch);

        adapter.Attach();
        adapter.Train(true);

        Assert.InRange(Difference.Max(before, model.Forward(batch)), 0, 1e-4); // B = 0 and m = ‖V‖: whatever is dropped, a layer is itself
    }

    private static void AssertOutputs(ALayerOfTwoByThree layer, float first, float second)
    {
        var (forward, folded) = layer.Outputs();

        AssertForward(forward, first, second);
        AssertForward(folded, first, second);
    }

    private static void AssertForward(float[] actual, float first, float second) => Assert.Equal([first, second], actual, Near);

    private static bool Near(float a, float b) => MathF.Abs(a - b) < 1e-4f;
}
