namespace PeftIntegrations.Training;

/// <summary>The seed of a step's random numbers: a function of the run's seed and the step alone, so that no random state need be kept.</summary>
internal static class StepSeed
{
    /// <summary>32 bits, as libtorch's generator for the processor looks at no more.</summary>
    public static long Of(int seed, int step)
    {
        var mixed = ((ulong)(uint)seed << 32) | (uint)step; // then SplitMix64 (doi:10.1145/2660193.2660195), as neighbours must not resemble each other
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (uint)(mixed ^ (mixed >> 31));
    }
}
