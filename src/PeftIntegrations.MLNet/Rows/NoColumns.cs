namespace PeftIntegrations.MLNet;

/// <summary>What a mapping reads that reads nothing.</summary>
public sealed class NoColumns
{
}
