namespace PeftIntegrations.Conformance;

/// <summary>
/// Tests that seed libtorch's random numbers or set its default type, which the process shares: nothing runs beside them.
/// </summary>
[CollectionDefinition(nameof(OneRandomStream), DisableParallelization = true)]
public sealed class OneRandomStream;
