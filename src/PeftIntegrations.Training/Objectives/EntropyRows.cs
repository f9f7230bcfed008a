using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace PeftIntegrations.Training;

/// <summary>The cross-entropy of rows of scores, each in one visit to its memory.</summary>
internal static class EntropyRows
{
    private const int AtOnce = 1 << 12; // numbers that stay close to the processor

    /// <summary>Whether these can be read so.</summary>
    public static bool Serves(Tensor scores) => FloatRows.Serves(scores);

    /// <summary>
    /// −log softmax at the labels, summed. In place of the scores: their exponentials e, less the sum Σe at the label, so that the
    /// gradient by a score is what stands there over Σe.
    /// </summary>
    /// <param name="scores">[rows, vocab].</param>
    /// <param name="labels">The label of each row.</param>
    /// <param name="sums">For Σe of each row.</param>
    public static double Sum(Tensor scores, ReadOnlySpan<long> labels, float[] sums)
    {
        var rows = new FloatRows(scores);
        var (own, losses) = (labels.ToArray(), new double[rows.Count]);
        Crew.RunRows(rows.Count, rows.Length, (first, end) =>
        {
            using var memory = new FloatScratch(rows.Length);
            var scratch = memory.Take(rows.Length);
            for (var row = first; row < end; row++)
            {
                rows.Read(row, scratch);
                var numbers = rows.Open(row, scratch);
                var (label, largest) = ((int)own[row], TensorPrimitives.Max<float>(numbers));
                var score = numbers[label];
                var sum = Exponentials(numbers, largest);
                losses[row] = Math.Log(sum) + largest - score;
                sums[row] = (float)sum;
                numbers[label] -= sums[row];
                rows.Close(row, numbers);
            }
        });
        return losses.Sum();
    }

    private static double Exponentials(Span<float> numbers, float largest)
    {
        var sum = 0.0;
        for (var start = 0; start < numbers.Length; start += AtOnce)
        {
            var part = numbers.Slice(start, Math.Min(AtOnce, numbers.Length - start));
            sum += Exponential.Sum(part, 1, largest);
        }

        return sum;
    }
}
