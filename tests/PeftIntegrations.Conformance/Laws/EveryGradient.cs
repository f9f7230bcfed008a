namespace PeftIntegrations.Conformance;

/// <summary>Autograd against finite differences, model and adapter in fp64.</summary>
[Collection(nameof(OneRandomStream))]
public sealed class EveryGradient
{
    private const double Step = 1e-5;

    // Their papers hold a factor constant to the gradient: the derivative of what is computed is another, and their own tests check it.
    private static readonly string[] HoldSomethingConstant = ["DORA"];

    public static TheoryData<string, string> Pairs =>
        [.. LawCase.Pairs.Select(row => row.Data).Where(pair => !HoldSomethingConstant.Contains(pair.Item1))];

    [Theory, MemberData(nameof(Pairs))]
    public void Is_the_slope_of_the_loss(string method, string architecture)
    {
        set_default_dtype(ScalarType.Float64);
        try
        {
            using var law = new LawCase(method, architecture, "fp64", LawCase.OwnLayers);
            law.Adapter.Attach();
            LawCase.Perturb(law.Adapter);

            law.Loss().backward();

            Assert.All(law.Adapter.Tensors, pair => Compare(law, pair.Key, pair.Value));
        }
        finally
        {
            set_default_dtype(ScalarType.Float32);
        }
    }

    private static void Compare(LawCase law, string name, Parameter tensor)
    {
        Assert.Equal(ScalarType.Float64, tensor.dtype);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (numbers, gradient) = (tensor.view(-1), tensor.grad!.reshape(-1));
        foreach (var index in (long[])[0, numbers.shape[0] / 2, numbers.shape[0] - 1])
        {
            var slope = (At(+Step) - At(-Step)) / (2 * Step);
            var expected = gradient[index].item<double>();
            var isNear = Math.Abs(slope - expected) <= 1e-7 * (1 + Math.Abs(expected));
            Assert.True(isNear, $"{name}[{index}]: slope {slope:g6}, gradient {expected:g6}");

            double At(double shift)
            {
                numbers[index].add_(shift);
                var loss = law.Loss().item<double>();
                numbers[index].sub_(shift);
                return loss;
            }
        }
    }
}
