namespace PeftIntegrations.MLNet;

/// <summary>Where a context wants its models.</summary>
internal static class DeviceOf
{
    /// <summary>The options with the context's GPU, where they leave the device open.</summary>
    public static PeftModelOptions Context(PeftModelOptions options, MLContext context) => options.Device != "auto" ? options : options with
    {
        Device = context.GpuDeviceId is { } gpu ? $"cuda:{gpu}" : options.Device,
        FallbackToCpu = options.FallbackToCpu || context.FallbackToCpu,
    };
}
