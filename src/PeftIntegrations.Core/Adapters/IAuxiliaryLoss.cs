namespace PeftIntegrations.Core;

/// <summary>A patch or shared part that adds a term to the loss, such as orthogonality or a router's balance.</summary>
public interface IAuxiliaryLoss
{
    /// <summary>The term, a scalar, weighted already.</summary>
    Tensor Loss();
}
