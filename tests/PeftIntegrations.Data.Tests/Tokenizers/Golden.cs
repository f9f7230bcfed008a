using System.Text.Json;

namespace PeftIntegrations.Data.Tests;

/// <summary>The small copies of reference tokenizers in tests/Goldens, which are always there.</summary>
internal static class Golden
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly string Folder = Above(Path.Combine("tests", "Goldens", "tokenizers"));

    public static Tokenizer Copy(string name) => Tokenizer.FromFolder(Path.Combine(Folder, name));

    public static Cases CasesOfCopy(string name) =>
        JsonSerializer.Deserialize<Cases>(File.ReadAllText(Path.Combine(Folder, name, "cases.json")), Json)!;

    public static string CopyFile(string name) => Path.Combine(Folder, name, "tokenizer.json");

    public static string Above(string path)
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !Directory.Exists(Path.Combine(at.FullName, path))) at = at.Parent;
        return Path.Combine(at?.FullName ?? throw new DirectoryNotFoundException($"No folder above the tests has {path}."), path);
    }

    internal sealed record Cases(EncodeCase[] Encode, PairCase[] Pairs, DecodeCase[] Decode);

    internal sealed record EncodeCase(string Text, int[] Ids);

    internal sealed record PairCase(string First, string Second, int[] TypeIds);

    internal sealed record DecodeCase(int[] Ids, string Text);
}
