namespace PeftIntegrations.Core;

/// <summary>
/// libtorch's own root-mean-square norm, which TorchSharp does not bind: on a GPU one kernel forward and one back, where the composed
/// operators take eighteen. On the processor its gradient is the slower one.
/// </summary>
internal static class FusedRmsNorm
{
    private static readonly TorchScript Script = new("""
        def norm(x: Tensor, gain: Tensor, epsilon: float) -> Tensor:
            return torch.rms_norm(x, [gain.size(0)], gain, epsilon)
        """);

    /// <summary>Whether it is the faster one here.</summary>
    public static bool Serves(Tensor x, Tensor gain) => x.device_type == DeviceType.CUDA && x.dtype == gain.dtype;

    /// <summary>The norm of x: [..., features].</summary>
    /// <param name="x">[..., features].</param>
    /// <param name="gain">[features].</param>
    /// <param name="epsilon">ε.</param>
    public static Tensor Of(Tensor x, Tensor gain, double epsilon)
    {
        using var span = KernelTelemetry.Start(nameof(FrozenRmsNorm));
        return Script.Value("norm", x, gain, epsilon);
    }
}
