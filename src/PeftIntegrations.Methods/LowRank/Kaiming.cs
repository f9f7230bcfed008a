namespace PeftIntegrations.Methods;

/// <summary>Torch's usual start of a linear layer: U(−1/√columns, 1/√columns).</summary>
internal static class Kaiming
{
    public static Parameter New(Device device, long rows, long columns) =>
        new(nn.init.kaiming_uniform_(empty(rows, columns, device: device), a: Math.Sqrt(5)));
}
