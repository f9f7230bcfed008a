namespace PeftIntegrations.Data;

/// <summary>Finds the format of a file by its extension.</summary>
internal static class TextFormats
{
    private static readonly SortedDictionary<string, ITextFormat> Known = new(
        typeof(ITextFormat).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(ITextFormat)) && !type.IsInterface)
            .Select(type => (ITextFormat)Activator.CreateInstance(type)!)
            .ToDictionary(format => format.Extension), StringComparer.OrdinalIgnoreCase);

    public static ITextFormat For(string path) => Known.TryGetValue(Path.GetExtension(path), out var format)
        ? format
        : throw new ArgumentException(
            $"No data format is known for '{Path.GetExtension(path)}' ({path}). Known extensions: {string.Join(", ", Known.Keys)}.",
            nameof(path));
}
