namespace PeftIntegrations.Data;

/// <summary>Fills encodings up with a padding token.</summary>
/// <param name="Id">The padding token's id.</param>
/// <param name="Token">The padding token.</param>
public sealed record EncodingPadding(int Id, string Token)
{
    /// <summary>The type id of padding. 0 by default.</summary>
    public int TypeId { get; init; }

    /// <summary>The length to fill up to; null (the default) = the longest of the batch.</summary>
    public int? Length { get; init; }

    /// <summary>A number that the length shall be a multiple of, such as 8; null (the default) = any.</summary>
    public int? MultipleOf { get; init; }

    /// <summary>Which end is filled up. The right one by default.</summary>
    public PaddingSide Side { get; init; }

    internal int LengthFor(int longest)
    {
        var length = Length ?? longest;
        return MultipleOf is > 0 and var multiple ? (length + multiple - 1) / multiple * multiple : length;
    }
}
