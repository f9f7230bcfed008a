namespace PeftIntegrations.Core.Tests;

public sealed class AnInt8Weight
{
    [Theory, InlineData(64), InlineData(40)] // whole vectors, and not
    public void Is_near_what_it_was_made_of_and_multiplies_as_it_reads(int @in)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var dense = randn(9, @in) * randn(9, 1).exp();
        dense[4] = zeros(@in);
        var weight = new Int8Weight(dense);
        var (x, bias) = (randn(2, @in), randn(9));

        var read = weight.Read();

        var steps = dense.abs().amax([1L], keepdim: true) / 127;
        Assert.True((read - dense).abs().le(steps * 0.51).all().item<bool>());
        var expected = nn.functional.linear(x, read, bias);
        Assert.True(((weight.Multiply(x, bias) - expected).abs().max() / expected.abs().max()).item<float>() < 3e-6);
        var ids = tensor((long[])[8, 4], device: CPU);
        Assert.True(weight.ReadRows(ids).allclose(read.index_select(0, ids), rtol: 0, atol: 0));
    }
}
