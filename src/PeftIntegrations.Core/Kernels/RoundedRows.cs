using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>
/// Rows rounded to signed bytes, each thirty-two numbers with a scale of their own by which the largest of them is ±127 (llama.cpp's Q8_1).
/// Rows lie together by ones or fours: four numbers of each in turn.
/// </summary>
/// <param name="memory">As many bytes as <see cref="Bytes"/> says.</param>
/// <param name="size">Rows, and the thirty-twos of each.</param>
/// <param name="together">How many rows lie together.</param>
/// <param name="halves">Sums of a thirty-two: 1, or 2 of sixteen.</param>
internal readonly unsafe struct RoundedRows(byte* memory, (int Count, int Parts) size, int together, int halves)
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

    private long GroupBytes => (long)size.Parts * together * (BlockInput.Part + 2 * halves * sizeof(float));

    /// <summary>The numbers of a group: [parts, 8, together, 4].</summary>
    public sbyte* Numbers(int group) => (sbyte*)memory + group * GroupBytes;

    /// <summary>The scales of a group, and the sums of what its numbers stand for: [parts, halves, 2, together].</summary>
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
            var numbers = number < size.Count ? from.Read(number, row) : row;
            var to = (int*)Numbers(group) + i;
            var scales = Scales(group) + i;
            for (var part = 0; part < size.Parts; part++, to += Words * together, scales += 2 * halves * together)
            {
                Write(numbers.Slice(part * BlockInput.Part, BlockInput.Part), to, scales);
            }
        }
    }

    private void Write(ReadOnlySpan<float> numbers, int* to, float* scales)
    {
        Vector256<float> a = Vector256.Create(numbers), b = Vector256.Create(numbers[8..]);
        Vector256<float> c = Vector256.Create(numbers[16..]), d = Vector256.Create(numbers[24..]);
        var scale = Largest(Vector256.Max(
            Vector256.Max(Vector256.Abs(a), Vector256.Abs(b)), Vector256.Max(Vector256.Abs(c), Vector256.Abs(d)))) / sbyte.MaxValue;
        var factor = Vector256.Create(float.IsNormal(scale) ? 1 / scale : 0); // what is no number is so in the scale
        Vector256<int> e = Nearest(a * factor), f = Nearest(b * factor), g = Nearest(c * factor), h = Nearest(d * factor);
        var words = stackalloc int[Words];
        Vector256.Narrow(Vector256.Narrow(e, f), Vector256.Narrow(g, h)).Store((sbyte*)words);
        for (var i = 0; i < Words; i++) to[i * together] = words[i];
        for (var half = 0; half < halves; half++, scales += 2 * together)
        {
            scales[0] = scale;
            scales[together] = scale * Vector256.Sum(halves == 1 ? e + f + (g + h) : half == 0 ? e + f : g + h);
        }
    }

    private static float Largest(Vector256<float> numbers)
    {
        var four = Vector128.Max(numbers.GetLower(), numbers.GetUpper());
        var two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(two[0], two[1]);
    }

    private static Vector256<int> Nearest(Vector256<float> numbers) => Vector256.ConvertToInt32(Vector256.Round(numbers));
}
