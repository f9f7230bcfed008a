using PeftIntegrations.Core;
using PeftIntegrations.Methods;

namespace CompareMethods;

/// <summary>A method that is compared, and its peak learning rate.</summary>
/// <param name="Name">The name it is registered by; the probe is full fine-tuning of nothing but the head.</param>
/// <param name="Shown">What people call it.</param>
/// <param name="Method">The method. The head is trained beside each.</param>
/// <param name="LearningRate">
/// Found on training texts of the data set that are not bundled. The papers' are lower, and of many more steps.
/// </param>
internal sealed record Contestant(string Name, string Shown, PeftMethod Method, double LearningRate)
{
    /// <summary>All of them, from few trained numbers to many.</summary>
    public static IReadOnlyList<Contestant> All { get; } =
    [
        new("PROBE", "linear probe", new FullFineTuning { Targets = Targets.Roles(Role.Head) }, 3e-2), // arXiv:1610.01644
        new("IA3", "(IA)³", new Ia3(), 3e-2), // the paper's, of T-Few: 3e-3
        new("BITFIT", "BitFit", new BitFit(), 1e-2), // the paper's: 1e-4 to 1e-3
        new("LORA", "LoRA", new Lora(), 1e-2), // the paper's, of RoBERTa: 4e-4 to 5e-4
        new("PREFIX_TUNING", "prefix tuning", new PrefixTuning(), 3e-2), // P-tuning v2's, of encoders: 5e-3 to 1e-2
        new("PFEIFFER", "Pfeiffer adapter", new Pfeiffer(), 5e-3), // the paper's: 1e-4
        new("FULL", "full fine-tuning", new FullFineTuning(), 2e-4), // BERT's: 2e-5 to 5e-5
    ];

    /// <summary>The one of this name, in any case; null where there is none.</summary>
    public static Contestant? Find(string name) =>
        All.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
