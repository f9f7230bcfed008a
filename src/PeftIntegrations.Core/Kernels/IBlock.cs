using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>How a block of quantised numbers is taken apart: thirty-two at a time, each scale·q + shift with a whole q.</summary>
internal unsafe interface IBlock
{
    /// <summary>Bytes of a block.</summary>
    static abstract int Bytes { get; }

    /// <summary>Thirty-twos of a block.</summary>
    static abstract int Parts { get; }

    /// <summary>Bits of a q.</summary>
    static abstract int Bits { get; }

    /// <summary>The least q.</summary>
    static virtual int Least => 0;

    /// <summary>Whether the two sixteens of a part may have scales of their own.</summary>
    static virtual bool HasHalves => false;

    /// <summary>What the numbers of a part are multiplied by and shifted by.</summary>
    static abstract BlockScales Scales(byte* block, int part);

    /// <summary>The whole numbers of a part.</summary>
    static abstract BlockPart Unpack(byte* block, int part);

    /// <summary>The same as bytes.</summary>
    static abstract Vector256<sbyte> UnpackBytes(byte* block, int part);
}

/// <summary>Thirty-two whole numbers, in their order.</summary>
internal readonly record struct BlockPart(Vector256<int> A, Vector256<int> B, Vector256<int> C, Vector256<int> D);

/// <summary>The scales of two sixteens of numbers, and what is added to both.</summary>
internal readonly record struct BlockScales(float First, float Second, float Shift)
{
    /// <summary>One scale for all, and a shift.</summary>
    public BlockScales(float scale, float shift = 0) : this(scale, scale, shift)
    {
    }
}
