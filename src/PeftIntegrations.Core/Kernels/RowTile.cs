using System.Runtime.Intrinsics;

namespace PeftIntegrations.Core;

/// <summary>Some short rows of fp32 numbers, evenly apart.</summary>
/// <param name="start">The first.</param>
/// <param name="stride">From one to the next, in numbers.</param>
/// <param name="size">How many, and the numbers of each.</param>
internal readonly unsafe struct RowTile(float* start, long stride, (int Count, int Length) size)
{
    /// <summary>The product of each row and <paramref name="x"/>.</summary>
    public void Multiply(float* x, float* products)
    {
        for (var row = 0; row < size.Count; row += 4) MultiplyFour(row, x, products + row);
    }

    /// <summary>Adds the rows, each times its weight.</summary>
    public void AddTo(float* sum, float* weights)
    {
        var column = 0;
        for (; column <= size.Length - 32; column += 32) AddFourVectors(column, sum + column, weights);
        for (; column <= size.Length - 8; column += 8) AddVector(column, sum + column, weights);
        for (; column < size.Length; column++)
        {
            for (var row = 0; row < size.Count; row++) sum[column] += Row(row)[column] * weights[row];
        }
    }

    // Beyond the last row the last one is computed again.
    private void MultiplyFour(int row, float* x, float* products)
    {
        var last = size.Count - 1;
        float* r0 = Row(row), r1 = Row(Math.Min(row + 1, last)), r2 = Row(Math.Min(row + 2, last)), r3 = Row(Math.Min(row + 3, last));
        Vector256<float> a = default, b = default, c = default, d = default;
        var i = 0;
        for (; i <= size.Length - 8; i += 8)
        {
            var numbers = Vector256.Load(x + i);
            a = Vector256.MultiplyAddEstimate(Vector256.Load(r0 + i), numbers, a);
            b = Vector256.MultiplyAddEstimate(Vector256.Load(r1 + i), numbers, b);
            c = Vector256.MultiplyAddEstimate(Vector256.Load(r2 + i), numbers, c);
            d = Vector256.MultiplyAddEstimate(Vector256.Load(r3 + i), numbers, d);
        }

        // Before the first call, as a vector that lives across one is stored in each turn of the loop.
        var (s0, s1, s2, s3) = (Vector256.Sum(a), Vector256.Sum(b), Vector256.Sum(c), Vector256.Sum(d));
        products[0] = s0 + Rest(r0, x, i);
        if (row + 1 <= last) products[1] = s1 + Rest(r1, x, i);
        if (row + 2 <= last) products[2] = s2 + Rest(r2, x, i);
        if (row + 3 <= last) products[3] = s3 + Rest(r3, x, i);
    }

    private void AddFourVectors(int column, float* sum, float* weights)
    {
        Vector256<float> a = Vector256.Load(sum), b = Vector256.Load(sum + 8), c = Vector256.Load(sum + 16), d = Vector256.Load(sum + 24);
        var row = Row(0) + column;
        for (var i = 0; i < size.Count; i++, row += stride)
        {
            var weight = Vector256.Create(weights[i]);
            a = Vector256.MultiplyAddEstimate(Vector256.Load(row), weight, a);
            b = Vector256.MultiplyAddEstimate(Vector256.Load(row + 8), weight, b);
            c = Vector256.MultiplyAddEstimate(Vector256.Load(row + 16), weight, c);
            d = Vector256.MultiplyAddEstimate(Vector256.Load(row + 24), weight, d);
        }

        a.Store(sum);
        b.Store(sum + 8);
        c.Store(sum + 16);
        d.Store(sum + 24);
    }

    private void AddVector(int column, float* sum, float* weights)
    {
        var total = Vector256.Load(sum);
        for (var i = 0; i < size.Count; i++)
        {
            total = Vector256.MultiplyAddEstimate(Vector256.Load(Row(i) + column), Vector256.Create(weights[i]), total);
        }

        total.Store(sum);
    }

    private float* Row(int row) => start + row * stride;

    private float Rest(float* row, float* x, int from)
    {
        var sum = 0f;
        for (var i = from; i < size.Length; i++) sum += row[i] * x[i];
        return sum;
    }
}
