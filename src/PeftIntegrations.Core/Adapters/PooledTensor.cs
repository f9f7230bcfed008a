namespace PeftIntegrations.Core;

/// <summary>A tensor the adapter owns and several patches read.</summary>
/// <param name="Value">The tensor.</param>
public sealed record PooledTensor(Parameter Value);
