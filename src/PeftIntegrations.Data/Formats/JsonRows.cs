using System.Text.Json;

namespace PeftIntegrations.Data;

/// <summary>Reads an object a line, blank lines left out.</summary>
internal static class JsonRows
{
    public static IEnumerable<ExampleRow<T>> Read<T>(string path, Func<JsonElement, T> read)
        where T : class =>
        from line in Utf8File.ReadLines(path).Index()
        where !string.IsNullOrWhiteSpace(line.Item)
        select ReadLine(line.Index + 1, line.Item, read);

    private static ExampleRow<T> ReadLine<T>(int number, string line, Func<JsonElement, T> read)
        where T : class
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return new(number, read(json.RootElement));
        }
        catch (Exception e) when (JsonFields.IsAboutTheFile(e))
        {
            return new(number, null, e.Message);
        }
    }
}
