using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace PeftIntegrations.Data;

/// <summary>Rows of values with separators between, the first row their names.</summary>
internal abstract class SeparatedValues(string separator, bool quoted) : ILabelledFormat
{
    public abstract string Extension { get; }

    public IEnumerable<ExampleRow<LabelledText>> Read(string path, LabelledFileOptions options)
    {
        var badQuotes = false;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = separator,
            Mode = options.Quoted ?? quoted ? CsvMode.RFC4180 : CsvMode.NoEscape,
            BadDataFound = _ => badQuotes = true,
        };
        using var parser = new CsvParser(new StringReader(Utf8File.ReadAll(path)), configuration);
        if (!parser.Read()) yield break;

        var header = parser.Record!;
        var columns = Columns.Of(header, options, path);
        for (var line = parser.RawRow + 1; parser.Read(); line = parser.RawRow + 1)
        {
            var values = parser.Record!;
            yield return badQuotes
                ? new(line, null, "A quote begins or ends inside a value. Double it, or read the file with Quoted = false.")
                : values.Length != header.Length ? new(line, null, $"It has {values.Length} values, and the header {header.Length}.")
                : new(line, new(values[columns.Text], values[columns.Label], columns.Pair is { } pair ? values[pair] : null));
            badQuotes = false;
        }
    }

    private readonly record struct Columns(int Text, int Label, int? Pair)
    {
        public static Columns Of(string[] header, LabelledFileOptions options, string path)
        {
            string[] asked = [options.TextColumn, options.LabelColumn, .. options.PairColumn is { } pair ? [pair] : Array.Empty<string>()];
            var places = Array.ConvertAll(asked, Place);
            string[] missing = [.. asked.Where(name => Place(name) < 0).Select(name => $"'{name}'")];
            return missing.Length == 0 ? new(places[0], places[1], places.Length > 2 ? places[2] : null) : throw new InvalidDataException(
                $"{path} has no column {string.Join(", ", missing)}; its columns are {string.Join(", ", header)}. " +
                $"Name the right ones in {nameof(LabelledFileOptions)}.");

            int Place(string name) => Array.FindIndex(header, column => column.Equals(name, StringComparison.OrdinalIgnoreCase));
        }
    }
}

internal sealed class CommaSeparatedValues() : SeparatedValues(",", quoted: true)
{
    public override string Extension => ".csv";
}

internal sealed class TabSeparatedValues() : SeparatedValues("\t", quoted: false)
{
    public override string Extension => ".tsv";
}
