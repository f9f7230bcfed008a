namespace PeftIntegrations.Training;

/// <summary>The seed of a step's random numbers: it follows from the run's seed and the step, so no random state need be kept.</summary>
internal static class StepSeed
{
    /// <summary>32 bits, as libtorch's generator for the processor looks at no more.</summary>
    public static long Of(int seed, int step)
    {
        var mixed = ((ulong)(uint)seed << 32) | (uint)step; // neighbours must not resemble each other: SplitMix64, as in BatchPlan
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (uint)(mixed ^ (mixed >> 31));
    }
}
