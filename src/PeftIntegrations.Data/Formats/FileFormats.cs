namespace PeftIntegrations.Data;

/// <summary>Finds the format of a file by its extension.</summary>
/// <typeparam name="T">What it shall hold.</typeparam>
internal static class FileFormats<T> where T : IFileFormat
{
    private static readonly SortedDictionary<string, T> Known = new(
        typeof(T).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(T)) && !type.IsAbstract)
            .Select(type => (T)Activator.CreateInstance(type)!)
            .ToDictionary(format => format.Extension), StringComparer.OrdinalIgnoreCase);

    public static T For(string path) => Known.TryGetValue(Path.GetExtension(path), out var format)
        ? format
        : throw new ArgumentException(
            $"No data format is known for '{Path.GetExtension(path)}' ({path}). Known extensions: {string.Join(", ", Known.Keys)}.",
            nameof(path));
}
