using System.Runtime.InteropServices;

namespace PeftIntegrations.Core;

/// <summary>Token ids as a model reads them.</summary>
/// <param name="Ids">[batch, seq] of int64.</param>
/// <param name="Mask">
/// [batch, seq] of bool, true where there is a real token, padding on either side; with a cache, [batch, cached + seq]. Null where all are
/// real.
/// </param>
/// <param name="TypeIds">[batch, seq] of int64, the segment of each token; null where all are of the first.</param>
public sealed record TokenBatch(Tensor Ids, Tensor? Mask = null, Tensor? TypeIds = null)
{
    /// <summary>The documents that share rows; null where each row is one text.</summary>
    public PackedDocuments? Documents { get; init; }

    /// <summary>A batch of rows that lie one behind another.</summary>
    /// <param name="shape">Rows, and the length of each.</param>
    /// <param name="ids">Token ids.</param>
    /// <param name="mask">1 for a token, 0 for padding.</param>
    /// <param name="types">Segments; null where all are of the first.</param>
    /// <param name="device">Where the model is.</param>
    public static TokenBatch From((int Rows, int Length) shape, long[] ids, long[] mask, long[]? types, Device device)
    {
        return new(
            ToTensor(ids), mask.Contains(0) ? ToTensor(mask).to(ScalarType.Bool) : null, types is null ? null : ToTensor(types));

        Tensor ToTensor(long[] numbers)
        {
            var made = empty([shape.Rows, shape.Length], ScalarType.Int64, device: CPU); // [batch, seq]; tensor(…) takes five times as long
            MemoryMarshal.AsBytes(numbers.AsSpan()).CopyTo(made.bytes);
            return device.type == DeviceType.CPU ? made : made.to(device);
        }
    }

    /// <summary>
    /// Each token's place in its text or document, [batch, seq]: padding before the text has place 0, padding behind it counts on.
    /// </summary>
    /// <param name="past">Tokens read before these.</param>
    public Tensor Positions(int past)
    {
        var seq = Ids.shape[1];
        if (Documents is { } documents) return documents.Positions(seq, Ids.device);

        var places = arange(past, past + seq, dtype: ScalarType.Int64, device: Ids.device).unsqueeze(0); // [1, seq]
        if (Mask is null) return places.expand(Ids.shape[0], seq);

        var padsInFront = Mask.to(ScalarType.Int64).argmax(1, keepdim: true); // [batch, 1]
        return (places - padsInFront).clamp(min: 0);
    }
}
