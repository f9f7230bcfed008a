namespace PeftIntegrations.Core;

/// <summary>A type whose numbers share scales in blocks; each block is decoded by itself.</summary>
internal abstract class GgufBlockType(uint id, int elements, int bytes) : GgufType(id, elements, bytes)
{
    /// <summary>How many numbers a K-quant, made of sub-blocks, has.</summary>
    protected const int Super = 256;

    /// <summary>How rows of such blocks are read, and multiplied without being written out; vector code where there is some.</summary>
    public virtual BlockRows Rows => field ??= new DecodedRows(this);

    /// <inheritdoc/>
    public sealed override unsafe void Decode(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        fixed (byte* first = blocks) Rows.Read(first, values);
    }

    /// <summary>The definition: <see cref="Rows"/> is its fast path.</summary>
    internal void DecodeEach(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        for (; blocks.Length > 0; blocks = blocks[Bytes..], values = values[Elements..]) DecodeOne(blocks[..Bytes], values[..Elements]);
    }

    /// <summary>Decodes one block.</summary>
    protected abstract void DecodeOne(ReadOnlySpan<byte> block, Span<float> values);
}
