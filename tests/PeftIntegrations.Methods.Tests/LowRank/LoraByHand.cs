namespace PeftIntegrations.Methods.Tests;

public sealed class LoraByHand
{
    // α = 4, r = 2: s = 2. A = [1 0 −1; 0 1 0], B = [2 0; −1 3]: B·A = [2 0 −2; −1 3 1], ΔW = [4 0 −4; −2 6 2], ΔWx = [−4 8].
    private static readonly Lora Method = new() { Rank = 2, Alpha = 4 };

    [Fact]
    public void Adds_s_B_A_to_the_weight()
    {
        var layer = Set(new(Method));

        var weight = layer.Site.Folded().Weight;

        Assert.Equal([5f, 2, -1, 2, 11, 8], ALayerOfTwoByThree.Numbers(weight));
        AssertOutputs(layer, 9 - 4 + 10, 21 + 8 + 20);
    }

    [Fact]
    public void Scales_the_bias_of_B_too()
    {
        var layer = Set(new(Method with { BiasOfB = true })).With("lora_B.bias", 0.5f, -1);

        AssertOutputs(layer, 9 - 4 + 10 + 2 * 0.5f, 21 + 8 + 20 - 2 * 1);
    }

    [Fact]
    public void Divides_alpha_by_the_root_of_the_rank_where_it_is_stabilised()
    {
        var layer = Set(new(Method with { Alpha = 2 * Math.Sqrt(2), RankStabilised = true })); // s = 2√2/√2 = 2

        AssertOutputs(layer, 15, 49);
    }

    [Fact]
    public void Sends_its_gradients_through_both_factors()
    {
        var layer = Set(new(Method));

        layer.Site.Forward(ALayerOfTwoByThree.X).sum().backward();

        // With ȳ = [1 1]: dB = s·ȳᵀ(Ax)ᵀ and Ax = [−1 1]; dA = s·(Bᵀȳ)xᵀ and Bᵀȳ = [1 3].
        Assert.Equal([-2f, 2, -2, 2], ALayerOfTwoByThree.Numbers(layer["lora_B.weight"].grad!));
        Assert.Equal([2f, 2, 4, 6, 6, 12], ALayerOfTwoByThree.Numbers(layer["lora_A.weight"].grad!));
    }

    internal static ALayerOfTwoByThree Set(ALayerOfTwoByThree layer) =>
        layer.With("lora_A.weight", 1, 0, -1, 0, 1, 0).With("lora_B.weight", 2, 0, -1, 3);

    private static void AssertOutputs(ALayerOfTwoByThree layer, float first, float second)
    {
        var (forward, folded) = layer.Outputs();

        Assert.Equal([first, second], forward.Select(y => MathF.Round(y, 4)));
        Assert.Equal([first, second], folded.Select(y => MathF.Round(y, 4)));
    }
}
