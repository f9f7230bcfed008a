namespace PeftIntegrations.Core;

/// <summary>A method, patch or shared part that remembers more than it trains, such as running averages: checkpoints keep it.</summary>
public interface IHasState
{
    /// <summary>What it remembers now, by name. Set, it takes copies in place of what it remembered.</summary>
    IReadOnlyDictionary<string, Tensor> State { get; set; }
}
