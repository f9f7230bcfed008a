namespace PeftIntegrations.Training.Tests;

/// <summary>libtorch has one random stream for the process: these tests run one after another, and alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RandomNumbers
{
    public const string Name = "Random numbers";
}
