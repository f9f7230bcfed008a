namespace PeftIntegrations.Testing;

/// <summary>How many tensors there are.</summary>
public static class LiveTensors
{
    /// <summary>
    /// Their number once what earlier tests have left is gone: else its finalisers run while a test counts. What the test itself leaves is
    /// then counted by <c>Tensor.TotalCount</c>, without them.
    /// </summary>
    public static long CountAfterCollection()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return Tensor.TotalCount;
    }
}
