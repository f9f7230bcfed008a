namespace PeftIntegrations.Models;

/// <summary>Llama 3.1's scaling (arXiv:2407.21783 §3.4): long wavelengths are stretched, short ones stay, a blend between.</summary>
[RegisteredAs("llama3")]
internal sealed class Llama3Rope(RopeOptions options) : RopeType(options)
{
    public override double[] InverseFrequencies(int length)
    {
        var (factor, low, high) = (Options.Get("factor"), Options.Get("low_freq_factor"), Options.Get("high_freq_factor"));
        return [.. Options.Plain().Select(f =>
        {
            var turns = Options.OriginalMaxPositions * f / (2 * Math.PI); // rotations over the pretrained length
            var kept = Math.Clamp((turns - low) / (high - low), 0, 1);
            return (1 - kept) * f / factor + kept * f;
        })];
    }
}
