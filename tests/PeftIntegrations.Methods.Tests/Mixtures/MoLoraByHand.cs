namespace PeftIntegrations.Methods.Tests;

public sealed class MoLoraByHand
{
    // α = 2, r = 1: s = 2. A₁ = [1 0 0], B₁ = [1 2]ᵀ; A₂ = [0 1 0], B₂ = [−1 2]ᵀ. G = [ln 3 0 0; 0 0 0]: x = [1 1 2] has g = [¾ ¼].
    private static readonly MoLora Method = new() { Experts = 2, Rank = 1, Alpha = 2 };

    [Fact]
    public void Starts_silent_with_experts_that_differ()
    {
        var layer = new ALayerOfTwoByThree(Method);

        Assert.Equal([19f, 41], Output(layer, 1, 1, 2));
        Assert.NotEqual(ALayerOfTwoByThree.Numbers(layer["experts.0.lora_A.weight"]),
            ALayerOfTwoByThree.Numbers(layer["experts.1.lora_A.weight"]));
    }

    [Fact]
    public void Mixes_the_experts_by_what_the_router_makes_of_each_token()
    {
        var layer = Set();

        Assert.Equal([20f, 45], Output(layer, 1, 1, 2)); // [19 41] + 2·(¾·[1 2] + ¼·[−1 2])
        Assert.Equal([14f, 33], Output(layer, 0, 1, 1)); // [15 31] + 2·(½·[0 0] + ½·[−1 2])
        Assert.Equal([20f, 45, 14, 33], Output(layer, 1, 1, 2, 0, 1, 1));
    }

    [Fact]
    public void Sends_its_gradients_to_experts_and_router()
    {
        var layer = Set();

        layer.Site.Forward(ALayerOfTwoByThree.X).sum().backward();

        // With ȳ = [1 1]: dBᵢ = s·gᵢ·(Aᵢx)·ȳ and dAᵢ = s·gᵢ·(ȳᵀBᵢ)·xᵀ.
        AssertGradient(layer, "experts.0.lora_B.weight", 1.5f, 1.5f);
        AssertGradient(layer, "experts.1.lora_B.weight", 0.5f, 0.5f);
        AssertGradient(layer, "experts.0.lora_A.weight", 4.5f, 4.5f, 9);
        AssertGradient(layer, "experts.1.lora_A.weight", 0.5f, 0.5f, 1);
        // An expert is worth eᵢ = s·ȳᵀBᵢAᵢx = [6 2], on average 5: dG = gᵢ·(eᵢ − 5)·xᵀ.
        AssertGradient(layer, "router.weight", 0.75f, 0.75f, 1.5f, -0.75f, -0.75f, -1.5f);
    }

    [Fact]
    public void Cannot_be_folded_into_a_weight()
    {
        var layer = Set();

        var e = Assert.Throws<NotSupportedException>(() => layer.Site.Folded());

        Assert.Contains("depends on its input", e.Message, StringComparison.Ordinal);
    }

    private static ALayerOfTwoByThree Set() => new ALayerOfTwoByThree(Method)
        .With("router.weight", MathF.Log(3), 0, 0, 0, 0, 0)
        .With("experts.0.lora_A.weight", 1, 0, 0).With("experts.0.lora_B.weight", 1, 2)
        .With("experts.1.lora_A.weight", 0, 1, 0).With("experts.1.lora_B.weight", -1, 2);

    private static float[] Output(ALayerOfTwoByThree layer, params float[] tokens)
    {
        using var _ = no_grad();
        var y = ALayerOfTwoByThree.Numbers(layer.Site.Forward(tensor(tokens).view(1, -1, 3)));
        return [.. y.Select(number => MathF.Round(number, 4))];
    }

    private static void AssertGradient(ALayerOfTwoByThree layer, string name, params float[] expected)
    {
        var actual = ALayerOfTwoByThree.Numbers(layer[name].grad!);
        Assert.Equal(expected, actual.Select(number => MathF.Round(number, 4)));
    }
}
