namespace PeftIntegrations.Tests;

/// <summary>The count of live tensors is the process's: these tests run alone.</summary>
[CollectionDefinition("Memory", DisableParallelization = true)]
public sealed class MemoryTests;
