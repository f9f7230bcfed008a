namespace PeftIntegrations.Core;

/// <summary>A tensor the adapter owns and several patches read.</summary>
/// <param name="Value">The tensor.</param>
/// <param name="IsSaved">Whether files hold it; one that is made again from a seed need not be.</param>
public sealed record PooledTensor(Parameter Value, bool IsSaved = true);
