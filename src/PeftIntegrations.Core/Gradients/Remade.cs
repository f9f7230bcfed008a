using System.Runtime.CompilerServices;

namespace PeftIntegrations.Core;

/// <summary>
/// How a tensor is made again from others that are kept anyway. A function that needs it for its gradient keeps those instead, where
/// making it costs less than its memory is worth.
/// </summary>
/// <param name="From">What it is made of.</param>
/// <param name="Make">Makes it of what was kept of <paramref name="From"/>.</param>
public sealed record Remade(Tensor[] From, Func<IReadOnlyList<Tensor>, Tensor> Make)
{
    private static readonly ConditionalWeakTable<Tensor, Remade> Known = [];

    /// <summary>Says how <paramref name="value"/> can be made, and gives it back.</summary>
    public Tensor Of(Tensor value)
    {
        Known.Add(value, this);
        return value;
    }

    /// <summary>How a tensor can be made; null where nobody said so.</summary>
    public static Remade? Find(Tensor value) => Known.TryGetValue(value, out var known) ? known : null;
}
