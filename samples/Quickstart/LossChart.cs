using Spectre.Console;

namespace Quickstart;

/// <summary>A curve of block characters, which a log file shows as well as a terminal does.</summary>
internal static class LossChart
{
    private const int Columns = 60, Rows = 6, Eighths = 8;

    /// <summary>The losses, averaged by column; the axis begins a little below the least, so that it is seen.</summary>
    public static Panel Of(IReadOnlyList<double> losses)
    {
        double[] means = [.. Enumerable.Range(0, Columns).Select(column => Mean(losses, column))];
        var (low, high) = (means.Min(), means.Max());
        var unit = Math.Max(high - low, 1e-9) / (Rows * Eighths - 1);
        int[] heights = [.. means.Select(mean => 1 + (int)Math.Round((mean - low) / unit))];
        var lines = Enumerable.Range(0, Rows).Reverse().Select(row =>
            Label(row, low, high) + string.Concat(heights.Select(height => Block(height, row))));
        return new(new Text(string.Join('\n', lines), Color.Green)) { Header = new($" loss over {losses.Count} steps ") };
    }

    private static double Mean(IReadOnlyList<double> losses, int column)
    {
        var (from, to) = (column * losses.Count / Columns, (column + 1) * losses.Count / Columns);
        return losses.Skip(from).Take(Math.Max(1, to - from)).Average();
    }

    private static string Label(int row, double low, double high) => row switch
    {
        Rows - 1 => $"{high,5:F2} ",
        0 => $"{low,5:F2} ",
        _ => "      ",
    };

    private static char Block(int height, int row) => " ▁▂▃▄▅▆▇█"[Math.Clamp(height - row * Eighths, 0, Eighths)];
}
