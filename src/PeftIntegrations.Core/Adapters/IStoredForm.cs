namespace PeftIntegrations.Core;

/// <summary>
/// A patch or shared part whose file holds other tensors than those it trains: an encoder's output in place of the encoder, or the rows
/// that are left.
/// </summary>
public interface IStoredForm
{
    /// <summary>What the file holds in place of the part's own tensors, by the same kind of name as theirs.</summary>
    IEnumerable<(string Name, Tensor Tensor)> Stored { get; }
}
