namespace PeftIntegrations.Core;

/// <summary>
/// Which layers keep only their input while training, and are run again for their gradient (Chen et al. 2016, arXiv:1604.06174): less
/// memory for a second forward pass of theirs. What is learnt is the same.
/// </summary>
public abstract record GradientCheckpointing
{
    /// <summary>Every layer keeps what its gradient needs: the fastest.</summary>
    public static GradientCheckpointing None { get; } = new Leading(0);

    /// <summary>Every layer is run again: the least memory.</summary>
    public static GradientCheckpointing EveryLayer { get; } = new Spaced(1);

    /// <summary>Only the first layers are run again, as many as memory lacks.</summary>
    /// <param name="count">How many. At least 1.</param>
    public static GradientCheckpointing FirstLayers(int count) =>
        new Leading(Guard.AtLeast(1, count, $"{nameof(None)} runs none again.", nameof(count)));

    /// <summary>One layer of each <paramref name="interval"/> is run again, the first of them all among them.</summary>
    /// <param name="interval">1 is every layer, 2 half of them.</param>
    public static GradientCheckpointing OneOf(int interval) =>
        new Spaced(Guard.AtLeast(1, interval, "2 runs half of the layers again.", nameof(interval)));

    /// <summary>Whether the layer of this number, from 0, is run again.</summary>
    public abstract bool Covers(int layer);

    private sealed record Leading(int Count) : GradientCheckpointing
    {
        public override bool Covers(int layer) => layer < Count;

        public override string ToString() => Count == 0 ? nameof(None) : $"{nameof(FirstLayers)}({Count})";
    }

    private sealed record Spaced(int Interval) : GradientCheckpointing
    {
        public override bool Covers(int layer) => layer % Interval == 0;

        public override string ToString() => Interval == 1 ? nameof(EveryLayer) : $"{nameof(OneOf)}({Interval})";
    }
}
