namespace PeftIntegrations.Testing;

/// <summary>
/// Where tests and benchmarks compute: on the processor, or where <c>PEFT_TEST_DEVICE</c> says (<c>cuda</c>, <c>cuda:1</c>). A tensor
/// that a test makes without naming a device is made there too (<c>TorchIsLoaded</c>).
/// </summary>
public static class TestDevice
{
    /// <summary>Its name, as <c>PeftModelOptions.Device</c> takes it.</summary>
    public static string Name { get; } = Environment.GetEnvironmentVariable("PEFT_TEST_DEVICE") is { Length: > 0 } name ? name : "cpu";

    /// <summary>The device itself.</summary>
    public static Device Current { get; } = new(Name);
}
