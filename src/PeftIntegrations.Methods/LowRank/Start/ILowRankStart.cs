namespace PeftIntegrations.Methods;

/// <summary>How the factors of a low-rank update start. Registered by the name Hugging Face's <c>init_lora_weights</c> gives it.</summary>
public interface ILowRankStart
{
    /// <summary>A: [r, in] and B: [out, r] for a projection.</summary>
    (Tensor A, Tensor B) For(long @in, long @out, int r, Device device);

    /// <summary>A: [r, vocab] and B: [hidden, r] for an embedding. By default A is zero and B normal.</summary>
    (Tensor A, Tensor B) ForRows(long vocabulary, long hidden, int r, Device device) =>
        (zeros(r, vocabulary, device: device), randn(hidden, r, device: device));
}
