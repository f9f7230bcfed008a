using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PeftIntegrations.Core;

/// <summary>
/// Rows rounded to signed bytes, each thirty-two numbers with a scale of their own by which the largest of them is ±127 (llama.cpp's Q8_1).
/// Rows lie together by ones or fours: four numbers of each in turn.
/// </summary>
/// <param name="memory">As many bytes as <see cref="Bytes"/> says.</param>
/// <param name="size">Rows, and the thirty-twos of each.</param>
/// <param name="together">How many rows lie together.</param>
internal readonly unsafe struct RoundedRows(byte* memory, (int Count, int Parts) size, int together)
{
    private const int Words = BlockInput.Part / sizeof(int);

    /// <summary>How many rows.</summary>
    public int Count => size.Count;

    /// <summary>Thirty-twos of a row.</summary>
    public int Parts => size.Parts;

    /// <summary>Rows that lie together.</summary>
    public int Together => together;

    /// <summary>Groups of such rows; what the last lacks is zero.</summary>
    public int Groups => (size.Count + together - 1) / together;

    /// <summary>The memory that they take.</summary>
    public long Bytes => Groups * GroupBytes;

    private long GroupBytes => (long)size.Parts * together * (BlockInput.Part + 2 * sizeof(float));

    /// <summary>The numbers of a group: [parts, 8, together, 4].</summary>
    public sbyte* Numbers(int group) => (sbyte*)memory + group * GroupBytes;

    /// <summary>The scales of a group, and the sums of what its numbers stand for: [parts, 2, together].</summary>
    public float* Scales(int group) => (float*)(Numbers(group) + (long)size.Parts * together * BlockInput.Part);

    /// <summary>Rounds the rows of a group.</summary>
    /// <param name="group">Its number.</param>
    /// <param name="from">All rows.</param>
    public void Write(int group, FloatRows from)
    {
        using var scratch = new FloatScratch(from.Length);
        var row = scratch.Take(from.Length);
        for (var i = 0; i < together; i++)
        {
            var number = group * together + i;
            if (number == size.Count) row.Clear();
            fixed (float* numbers = number < size.Count ? from.Read(number, row) : row)
            {
                Write(numbers, (int*)Numbers(group) + i, Scales(group) + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first prompt is read before the runtime would think of it
    private void Write(float* x, int* to, float* scales)
    {
        var words = stackalloc int[Words];
        for (var end = x + size.Parts * BlockInput.Part; x < end; x += BlockInput.Part)
        {
            Vector256<float> a = Vector256.Load(x), b = Vector256.Load(x + 8), c = Vector256.Load(x + 16), d = Vector256.Load(x + 24);
            var scale = Largest(a, b, c, d) / sbyte.MaxValue;
            var factor = Vector256.Create(float.IsNormal(scale) ? 1 / scale : 0); // what is no number is so in the scale
            Vector256<int> e = Nearest(a * factor), f = Nearest(b * factor), g = Nearest(c * factor), h = Nearest(d * factor);
            var bytes = Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(e, f), Avx2.PackSignedSaturate(g, h)).AsInt32();
            Avx2.PermuteVar8x32(bytes, Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7)).Store(words); // as packs leave halves apart
            for (var i = 0; i < Words; i++, to += together) *to = words[i];
            scales[0] = scale;
            scales[together] = scale * Vector256.Sum(e + f + (g + h));
            scales += 2 * together;
        }
    }

    // Of sizes as whole numbers, whose order is theirs; what is no number is larger than all that are.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        var sizes = Vector256.Max(Vector256.Max(Size(a), Size(b)), Vector256.Max(Size(c), Size(d)));
        var four = Vector128.Max(sizes.GetLower(), sizes.GetUpper());
        var two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return BitConverter.Int32BitsToSingle(Vector128.Max(two, Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2))).ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Size(Vector256<float> x) => Vector256.Abs(x).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Nearest(Vector256<float> numbers) => Avx.ConvertToVector256Int32(numbers);
}
