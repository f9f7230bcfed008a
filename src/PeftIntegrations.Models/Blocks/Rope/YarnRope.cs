namespace PeftIntegrations.Models;

/// <summary>YaRN (Peng et al. 2023, arXiv:2309.00071): fast rotations stay, slow ones are interpolated, a ramp between.</summary>
[RegisteredAs("yarn")]
internal sealed class YarnRope(RopeOptions options) : RopeType(options)
{
    private double Factor => Options.Find("factor") ?? (double)Options.MaxPositions / Options.OriginalMaxPositions;

    public override double AttentionScale =>
        Options.Find("attention_factor") ?? (Options.Find("mscale"), Options.Find("mscale_all_dim")) switch
        {
            ({ } scale and not 0, { } all and not 0) => Temperature(Factor, scale) / Temperature(Factor, all),
            _ => Temperature(Factor, 1),
        };

    public override double[] InverseFrequencies(int length)
    {
        var (low, high) = (Turns(Options.Find("beta_fast") ?? 32), Turns(Options.Find("beta_slow") ?? 1));
        if (Options.Settings["truncate"]?.GetValue<bool>() != false) (low, high) = (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, Options.Dim - 1));
        if (low == high) high += 0.001;

        return [.. Options.Plain().Select((f, i) =>
        {
            var slow = Math.Clamp((i - low) / (high - low), 0, 1);
            return f * (1 - slow) + f / Factor * slow;
        })];
    }

    /// <summary>The dimension that turns this often over the pretrained length (§3.2).</summary>
    private double Turns(double count) =>
        Options.Dim * Math.Log(Options.OriginalMaxPositions / (count * 2 * Math.PI)) / (2 * Math.Log(Options.Theta));

    private static double Temperature(double factor, double scale) => factor <= 1 ? 1 : 0.1 * scale * Math.Log(factor) + 1;
}
