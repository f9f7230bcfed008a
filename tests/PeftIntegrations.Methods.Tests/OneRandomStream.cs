namespace PeftIntegrations.Methods.Tests;

/// <summary>Tests that seed libtorch's random numbers: the process has one stream, so nothing runs beside them.</summary>
[CollectionDefinition(nameof(OneRandomStream), DisableParallelization = true)]
public sealed class OneRandomStream;
