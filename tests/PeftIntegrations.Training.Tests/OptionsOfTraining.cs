namespace PeftIntegrations.Training.Tests;

public sealed class OptionsOfTraining
{
    [Fact]
    public void Take_a_seed_of_the_callers_only_where_none_is_set()
    {
        Assert.Equal(42, new TrainingOptions().Seed);
        Assert.Equal(7, new TrainingOptions().OrSeed(7).Seed);
        Assert.Equal(42, new TrainingOptions { Seed = 42 }.OrSeed(7).Seed);
        Assert.Equal(3, (new TrainingOptions { Seed = 3 } with { Epochs = 1 }).OrSeed(7).Seed);
    }
}
