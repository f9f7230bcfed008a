using System.Runtime.Intrinsics.X86;
using PeftIntegrations.Core;
using PeftIntegrations.Data;
using PeftIntegrations.Models;

namespace PeftIntegrations.Conformance;

/// <summary>What a pretrained model says when inputs of its products are rounded to eight bits.</summary>
public sealed class RoundedInputs
{
    private const string Text =
        "The lighthouse stood at the end of a long pier, and every evening the keeper climbed its ninety-two steps with a lamp in one " +
        "hand and a book in the other. He had read all the books of the village library twice. def area(radius): return 3.14159 * r ** 2 " +
        "The capital of France is Paris, and that of Italy is Rome. Water boils at 100 degrees Celsius at sea level, which is 212 " +
        "degrees Fahrenheit; on a mountain it boils sooner, so that beans take longer.";

    [Fact]
    public void Change_the_scores_of_a_real_model_by_a_small_part_of_their_spread()
    {
        Assert.SkipUnless(Avx2.IsSupported, "this processor multiplies no bytes in this way");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var file = Directory.GetFiles(ReferenceSet.Current.RequireModel("SmolLM2-135M-Instruct-GGUF"), "*.gguf").Single();
        using var opened = GgufFile.Open(file);
        var ids = Tokenizer.FromGguf(opened.Metadata).Encode(Text).Ids.Select(id => (long)id).ToArray();

        var (exact, rounded) = (Scores(file, null, ids), Scores(file, "int8-products", ids)); // [seq, vocab]

        var off = (rounded - exact) / exact.std();
        var (typical, most) = (off.square().mean().sqrt().item<float>(), off.abs().max().item<float>());
        var agreement = exact.argmax(-1).eq(rounded.argmax(-1)).to(ScalarType.Float32).mean().item<float>();
        var loss = Math.Abs(Loss(rounded, ids) - Loss(exact, ids));
        var found = $"typical {typical:g3}, largest {most:g3} of the spread; {agreement:P1} of best tokens agree; loss off by {loss:g3}";
        TestContext.Current.TestOutputHelper?.WriteLine(found);
        Assert.True(typical is > 0 and < 0.05f && most < 0.4f && agreement > 0.95f && loss < 0.02, found);
    }

    [Fact]
    public void Are_one_of_the_ways_to_keep_a_file_of_blocks()
    {
        var file = Directory.GetFiles(ReferenceSet.Current.RequireModel("SmolLM2-135M-Instruct-GGUF"), "*.gguf").Single();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        long[] ids = [19556, 28, 905, 17];

        var exact = Scores(file, null, ids);

        Assert.InRange(Difference.Relative(exact, Scores(file, "dense", ids)), 0, 1e-5);
        Assert.InRange(Difference.Relative(exact, Scores(file, "int8", ids)), 1e-4, 0.2);
        Assert.InRange(Difference.Relative(exact, Scores(file, "int8-products", ids)), 1e-4, 0.1);
    }

    private static Tensor Scores(string file, string? store, long[] ids)
    {
        using var model = Pretrained.Load(file, new() { DType = ScalarType.Float32, Device = "cpu", Store = store }).Model;
        return model.Forward(new(tensor(ids).unsqueeze(0)))[0];
    }

    private static float Loss(Tensor scores, long[] ids) =>
        nn.functional.cross_entropy(scores.narrow(0, 0, ids.Length - 1), tensor(ids[1..])).item<float>();
}
