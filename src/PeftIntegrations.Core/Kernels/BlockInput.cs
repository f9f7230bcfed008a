using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>Rows that blocks are multiplied by: fp32 numbers one behind another, and the sum of each thirty-two of them.</summary>
/// <param name="numbers">[count, parts · 32].</param>
/// <param name="sums">[count, parts], which <see cref="AddUp"/> fills.</param>
/// <param name="size">How many rows, and the thirty-twos of each.</param>
internal readonly unsafe struct BlockInput(float* numbers, float* sums, (int Count, int Parts) size)
{
    /// <summary>Numbers that a block shares a scale among, or a multiple.</summary>
    public const int Part = 32;

    /// <summary>How many rows.</summary>
    public int Count => size.Count;

    /// <summary>Thirty-twos of a row.</summary>
    public int Parts => size.Parts;

    /// <summary>The thirty-two numbers of a part, counted through all rows.</summary>
    public float* Numbers(int part) => numbers + (long)part * Part;

    /// <summary>Their sum.</summary>
    public float Sum(int part) => sums[part];

    /// <summary>Fills the sums.</summary>
    public void AddUp()
    {
        for (var part = 0; part < size.Count * size.Parts; part++)
        {
            var x = Numbers(part);
            sums[part] = Vector256.Sum(Vector256.Load(x) + Vector256.Load(x + 8) + (Vector256.Load(x + 16) + Vector256.Load(x + 24)));
        }
    }
}
