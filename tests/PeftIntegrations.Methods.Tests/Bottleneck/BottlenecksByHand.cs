namespace PeftIntegrations.Methods.Tests;

public sealed class BottlenecksByHand
{
    // After the block: D·h + b = [−1 3]. Beside it: D·x + b = [−1 1]. Backwards with ȳ = [1 1]: Uᵀȳ = [1 1], and by f's slope [1 1; 0 2].
    private static readonly Houlsby Serial = new() { ReductionFactor = 1, Activation = Activation.Relu };
    private static readonly ParallelAdapter Parallel = new() { ReductionFactor = 1, Scale = 4 };
    private static readonly Houlsby Gelu = new() { ReductionFactor = 1 };

    // GELU(a) = a·Φ(a), its slope Φ(a) + a·φ(a), from a table of the normal distribution.
    private static readonly (float At, float Slope) GeluOfMinus1 = (-0.15866f, 0.15866f - 0.24197f);
    private static readonly (float At, float Slope) GeluOf3 = (3 * 0.99865f, 0.99865f + 3 * 0.00443f);

    public static TheoryData<BottleneckMethod> Methods => [Serial, Parallel, Gelu];

    [Theory, MemberData(nameof(Methods))]
    public void Start_silent(BottleneckMethod method)
    {
        var block = new ABlockOfTwo(method);

        AssertNear([3, 4], block.Output());
        Assert.True(block["down.weight"].abs().min().item<float>() > 0, "D starts random");
        Assert.All(["up.weight", "up.bias", "down.bias"], name => Assert.Equal(0, block[name].abs().max().item<float>()));
    }

    [Fact]
    public void Behind_the_block_add_to_its_output_what_they_make_of_it()
    {
        var block = new ABlockOfTwo(Serial).Moved();

        AssertNear([3 + 6.5f, 4 - 2.75f], block.Output()); // U·[0 3] + c = [6.5 −2.75]
        var gradient = block.Gradients();

        Assert.Equal([0f, 3, 0, 3], gradient("up.weight")); // ȳ·σ(a)ᵀ
        Assert.Equal([1f, 1], gradient("up.bias"));
        Assert.Equal([0f, 0, 3, 4], gradient("down.weight")); // [0 1]·hᵀ: ReLU shuts the first unit
        Assert.Equal([0f, 1], gradient("down.bias"));
        Assert.Equal([1f, 1 + 2 * 2], gradient("x")); // by h [1 1] + Dᵀ[0 1] = [1 2], then by f
    }

    [Fact]
    public void Beside_the_block_add_what_they_make_of_its_input()
    {
        var block = new ABlockOfTwo(Parallel).Moved();

        AssertNear([3 + 4 * 2.5f, 4 - 4 * 0.75f], block.Output()); // s·(U·[0 1] + c) = 4·[2.5 −0.75]
        var gradient = block.Gradients();

        Assert.Equal([0f, 4, 0, 4], gradient("up.weight")); // s·ȳ·σ(a)ᵀ
        Assert.Equal([4f, 4], gradient("up.bias"));
        Assert.Equal([0f, 0, 4, 8], gradient("down.weight")); // s·[0 1]·xᵀ
        Assert.Equal([0f, 4], gradient("down.bias"));
        Assert.Equal([1f, 3 + 4], gradient("x")); // by f [1 3], by the branch s·Dᵀ[0 1] = [0 4]
    }

    [Fact]
    public void Of_Houlsby_bend_by_GELU()
    {
        var block = new ABlockOfTwo(Gelu).Moved();
        var (first, second) = (GeluOfMinus1, GeluOf3);

        AssertNear([3 + first.At + 2 * second.At + 0.5f, 4 - second.At + 0.25f], block.Output());
        var gradient = block.Gradients();

        AssertNear([first.At, second.At, first.At, second.At], gradient("up.weight"));
        AssertNear([3 * first.Slope, 4 * first.Slope, 3 * second.Slope, 4 * second.Slope], gradient("down.weight"));
        AssertNear([first.Slope, second.Slope], gradient("down.bias"));
    }

    private static void AssertNear(float[] expected, Tensor actual) => AssertNear(expected, ALayerOfTwoByThree.Numbers(actual));

    private static void AssertNear(float[] expected, float[] actual) => Assert.Equal(expected, actual, (a, b) => MathF.Abs(a - b) < 1e-4f);
}
