namespace PeftIntegrations.Models;

/// <summary>Rotary positions (Su et al. 2021, arXiv:2104.09864), each head's halves rotated against each other.</summary>
internal sealed class Rotary : IDisposable
{
    private readonly RopeType _type;
    private (int Length, Tensor Frequencies)? _made;

    public Rotary(RopeOptions options)
    {
        _type = RopeType.Create(options);
        _ = _type.InverseFrequencies(1); // a setting that is missing shows now
    }

    /// <summary>The cosines and sines of these positions: [batch, 1, seq, headDim].</summary>
    /// <param name="positions">[batch, seq].</param>
    /// <param name="type">The type the layers compute in.</param>
    public (Tensor Cos, Tensor Sin) At(Tensor positions, ScalarType type)
    {
        var exact = type == ScalarType.Float64 ? type : ScalarType.Float32; // bf16 cannot tell position 257 from 256
        var length = _type.DependsOnLength ? (int)positions.max().item<long>() + 1 : 0;
        var angles = positions.to(exact).unsqueeze(-1) * Frequencies(length, positions.device).to(exact); // [batch, seq, headDim/2]
        var both = cat([angles, angles], dim: -1).unsqueeze(1); // [batch, 1, seq, headDim]
        return ((both.cos() * _type.AttentionScale).to(type), (both.sin() * _type.AttentionScale).to(type));
    }

    /// <summary>x rotated: [batch, heads, seq, headDim].</summary>
    public static Tensor Rotate(Tensor x, Tensor cos, Tensor sin) =>
        TurnedHalves.Serves(x, cos) ? TurnedHalves.Of(x, cos, sin) : Plain(x, cos, sin);

    /// <summary>The definition: <see cref="TurnedHalves"/> is its fast path.</summary>
    internal static Tensor Plain(Tensor x, Tensor cos, Tensor sin)
    {
        var half = x.shape[^1] / 2;
        var turned = cat([-x.narrow(-1, half, half), x.narrow(-1, 0, half)], dim: -1);
        return x * cos + turned * sin;
    }

    public void Dispose()
    {
        _made?.Frequencies.Dispose();
        _made = null;
    }

    private Tensor Frequencies(int length, Device device)
    {
        if (_made is not { } made || made.Length != length)
        {
            Dispose();
            var frequencies = _type.InverseFrequencies(length).Select(f => (float)f).ToArray();
            _made = made = (length, tensor(frequencies, device: device).DetachFromDisposeScope());
        }

        return made.Frequencies;
    }
}
