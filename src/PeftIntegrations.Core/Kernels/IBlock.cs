using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>How a block of quantised numbers is taken apart: thirty-two at a time, each scale·q + shift with a whole q.</summary>
internal unsafe interface IBlock
{
    /// <summary>Bytes of a block.</summary>
    static abstract int Bytes { get; }

    /// <summary>Thirty-twos of a block.</summary>
    static abstract int Parts { get; }

    /// <summary>The whole numbers of a part, and what they are multiplied by and shifted by.</summary>
    static abstract BlockScales Unpack(byte* block, int part, out BlockPart q);
}

/// <summary>Thirty-two whole numbers, in their order.</summary>
internal record struct BlockPart(Vector256<int> A, Vector256<int> B, Vector256<int> C, Vector256<int> D);

/// <summary>The scales of two sixteens of numbers, and what is added to both.</summary>
internal readonly record struct BlockScales(float First, float Second, float Shift)
{
    /// <summary>One scale for all, and a shift.</summary>
    public BlockScales(float scale, float shift = 0) : this(scale, scale, shift)
    {
    }
}
