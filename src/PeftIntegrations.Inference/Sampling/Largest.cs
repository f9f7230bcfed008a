namespace PeftIntegrations.Inference;

/// <summary>Selects the greatest numbers of many without sorting the many.</summary>
internal static class Largest
{
    /// <summary>Fills <paramref name="heap"/> with the greatest of <paramref name="scores"/>, the least of them first.</summary>
    public static void Of(ReadOnlySpan<float> scores, Span<float> heap)
    {
        scores[..heap.Length].CopyTo(heap);
        heap.Sort(); // sorted is a heap
        foreach (var score in scores[heap.Length..])
        {
            if (score > heap[0]) ReplaceLeast(heap, score);
        }
    }

    private static void ReplaceLeast(Span<float> heap, float score)
    {
        var hole = 0;
        while ((2 * hole) + 1 is var child && child < heap.Length)
        {
            if (child + 1 < heap.Length && heap[child + 1] < heap[child]) child++;
            if (heap[child] >= score) break;
            heap[hole] = heap[child];
            hole = child;
        }

        heap[hole] = score;
    }
}
