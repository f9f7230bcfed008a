using ScottPlot;
using ScottPlot.MultiplotLayouts;
using SkiaSharp;

namespace CompareMethods;

/// <summary>The comparison as bars: a column for each of the things that are measured.</summary>
internal static class Picture
{
    private const int Width = 1200, Height = 60, HeightOfOne = 36; // pixels
    private const float Gap = 10, Names = 150, TitleHeight = 40;
    private const double RoomForText = 2; // beside the longest bar

    private static readonly string[] Colors = ["#3b6ea5", "#c8783c", "#5a9367", "#8a5a9e", "#7d7d7d"];

    /// <summary>Whether this machine has a font to write with.</summary>
    public static bool HasWords => SKFontManager.Default.FontFamilyCount > 0;

    /// <summary>Draws the picture into a PNG file, the first at the top.</summary>
    public static void Save(IReadOnlyList<Measurement> all, string path)
    {
        if (OperatingSystem.IsLinux()) Fonts.Default = "DejaVu Sans"; // without fontconfig no other name of a plain font is known
        var picture = new Multiplot();
        picture.AddPlots(Column.All.Count);
        var layout = new CustomGrid();
        foreach (var (index, column) in Column.All.Index())
        {
            var plot = picture.GetPlot(index);
            Draw(plot, column, all, Color.FromHex(Colors[index]));
            // the first has the names too, and so is twice as wide
            layout.Set(plot, index == 0 ? new GridCell(0, 0, 1, 3) : new GridCell(0, index + 1, 1, Column.All.Count + 1));
            plot.Layout.Fixed(new PixelPadding(index == 0 ? Names : Gap, Gap, Gap, TitleHeight));
            plot.Axes.Left.SetTicks(Places(all), [.. all.Select(one => index == 0 ? Contestant.Find(one.Method)!.Shown : "")]);
        }

        picture.Layout = layout;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        picture.SavePng(path, Width, Height + all.Count * HeightOfOne);
    }

    private static void Draw(Plot plot, Column column, IReadOnlyList<Measurement> all, Color color)
    {
        var bars = plot.Add.Bars(Places(all), [.. all.Select(one => column.LengthOf(one, all))]);
        bars.Horizontal = true;
        bars.ValueLabelStyle.FontSize = 14;
        foreach (var (bar, one) in bars.Bars.Zip(all))
        {
            (bar.FillColor, bar.LineWidth, bar.Size, bar.ValueLabel) = (color, 0, 0.65, column.Text(one));
        }

        plot.Title(column.Logarithmic ? $"{column.Title} (log)" : column.Title, size: 15);
        plot.HideGrid();
        plot.Axes.Frameless();
        plot.Axes.Title.IsVisible = true;
        plot.Axes.Left.IsVisible = true;
        (plot.Axes.Left.FrameLineStyle.Width, plot.Axes.Left.MajorTickStyle.Length, plot.Axes.Left.TickLabelStyle.FontSize) = (0, 0, 14);
        plot.Axes.SetLimits(0, RoomForText * all.Max(one => column.LengthOf(one, all)), 0.5 - all.Count, 0.5);
    }

    private static double[] Places(IReadOnlyList<Measurement> all) => [.. Enumerable.Range(0, all.Count).Select(place => -(double)place)];
}
