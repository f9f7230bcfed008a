namespace PeftIntegrations.MLNet;

/// <summary>Writes vectors into memory that a caller gave.</summary>
internal static class Vectors
{
    /// <summary>Writes all values.</summary>
    public static void Write<T>(IReadOnlyList<T> values, ref VBuffer<T> to)
    {
        var editor = VBufferEditor.Create(ref to, values.Count);
        for (var i = 0; i < values.Count; i++) editor.Values[i] = values[i];
        to = editor.Commit();
    }

    /// <summary>The values as the first slots of a longer vector.</summary>
    public static VBuffer<float> First(IReadOnlyList<float> values, int slots) =>
        new(slots, values.Count, [.. values], [.. Enumerable.Range(0, values.Count)]);
}
