namespace PeftIntegrations.Models;

/// <summary>Activation functions by the names configurations use.</summary>
internal static class Activations
{
    private static readonly SortedDictionary<string, Func<Tensor, Tensor>> Known = new(StringComparer.Ordinal)
    {
        ["gelu"] = x => nn.functional.gelu(x),
        ["relu"] = x => nn.functional.relu(x),
        ["silu"] = x => nn.functional.silu(x),
        ["swish"] = x => nn.functional.silu(x),
        ["tanh"] = x => x.tanh(),
    };

    public static Func<Tensor, Tensor> Find(string name) => Known.TryGetValue(name, out var function)
        ? function
        : throw new InvalidDataException($"hidden_act is '{name}'. Known activations: {string.Join(", ", Known.Keys)}.");
}
