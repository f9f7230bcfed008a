namespace PeftIntegrations.Models;

/// <summary>Activation functions by the names configurations use.</summary>
internal static class Activations
{
    private static readonly Func<Tensor, Tensor> Silu = x => nn.functional.silu(x);

    private static readonly SortedDictionary<string, Func<Tensor, Tensor>> Known = new(StringComparer.Ordinal)
    {
        ["gelu"] = x => nn.functional.gelu(x),
        ["relu"] = x => nn.functional.relu(x),
        ["silu"] = Silu,
        ["swish"] = Silu,
        ["tanh"] = x => x.tanh(),
    };

    public static Func<Tensor, Tensor> Find(string name) => Known.TryGetValue(name, out var function)
        ? function
        : throw new InvalidDataException($"hidden_act is '{name}'. Known activations: {string.Join(", ", Known.Keys)}.");

    /// <summary>act(gate) ∘ up.</summary>
    public static Tensor Gate(Func<Tensor, Tensor> act, Tensor gate, Tensor up) =>
        act == Silu && GatedSilu.Serves(gate, up) ? GatedSilu.Of(gate, up) : act(gate) * up;
}
