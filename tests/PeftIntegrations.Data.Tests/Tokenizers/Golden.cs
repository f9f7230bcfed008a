using System.Text.Json;

namespace PeftIntegrations.Data.Tests;

/// <summary>The reference tokenizers that are at hand: shared ones, and the small copies beside these tests.</summary>
internal static class Golden
{
    private static readonly string Copies = Path.Combine(AppContext.BaseDirectory, "Goldens");

    /// <summary>Folder names; a shared set takes the place of the copies.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateDirectories(Root)
        .Where(folder => File.Exists(Path.Combine(folder, "cases.json")))
        .Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal);

    public static string FolderOf(string name)
    {
        var folder = Path.Combine(Root, name);
        var source = Path.Combine(folder, "source.json");
        if (!File.Exists(source)) return folder;

        return Model(JsonDocument.Parse(File.ReadAllText(source)).RootElement.GetProperty("tokenizer").GetString()!);
    }

    public static Cases CasesOf(string name) => Read(Root, name);

    /// <summary>The copy of a reference tokenizer that is always there.</summary>
    public static Tokenizer Copy(string name) => Tokenizer.FromFolder(Path.Combine(Copies, name));

    public static Cases CasesOfCopy(string name) => Read(Copies, name);

    public static string CopyFile(string name) => Path.Combine(Copies, name, "tokenizer.json");

    private static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static string? Reference { get; } = Environment.GetEnvironmentVariable("PEFT_REFERENCE") ?? Above("shared/reference");

    private static string Root => Reference is null ? Copies : Path.Combine(Reference, "tokenizers");

    private static Cases Read(string root, string name) =>
        JsonSerializer.Deserialize<Cases>(File.ReadAllText(Path.Combine(root, name, "cases.json")), Json)!;

    private static string Model(string path)
    {
        var models = Environment.GetEnvironmentVariable("PEFT_MODELS")
            ?? new[] { Path.Combine(Reference!, "../models"), Above("shared/models") }.First(Directory.Exists)!;
        return Path.Combine(models, path["models/".Length..]);
    }

    private static string? Above(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, path))) return Path.Combine(folder.FullName, path);
        }

        return null;
    }

    internal sealed record Cases(
        int VocabSize, EncodeCase[] Encode, PairCase[] Pairs, TruncatedCase[] Truncated, DecodeCase[] Decode, StreamCase[] Stream);

    internal sealed record EncodeCase(
        string Text, int[] Ids, string[] Tokens, int[][] Offsets, int[] SpecialMask, int[] TypeIds, int[] PlainIds);

    internal sealed record PairCase(string First, string Second, int[] Ids, int[] TypeIds, int[] SpecialMask);

    internal sealed record TruncatedCase(
        string? Text, string? First, string? Second, int MaxLength, string? Direction, string? Strategy, int[] Ids);

    internal sealed record DecodeCase(int[] Ids, string Text, string WithSpecial);

    internal sealed record StreamCase(int[] Ids, string?[]? Pieces);

}
