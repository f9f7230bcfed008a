using System.Text.Json;

namespace PeftIntegrations.Data;

internal sealed partial class BytePairEncoding
{
    private const int ShownProblems = 20;

    public static BytePairEncoding Read(JsonElement json)
    {
        if (json.TryField("dropout", out var dropout) && dropout.GetRawText() is not ("0" or "0.0"))
        {
            throw new InvalidDataException(
                $"The model's dropout is {JsonFields.Shown(dropout)}; encoding at random is not offered. Set it to null.");
        }

        var options = new BytePairOptions
        {
            UnknownToken = json.TextOrNull("unk_token"),
            FuseUnknown = json.Flag("fuse_unk"),
            ByteFallback = json.Flag("byte_fallback"),
            IgnoreMerges = json.Flag("ignore_merges"),
            SubwordPrefix = json.TextOrNull("continuing_subword_prefix") ?? "",
            WordSuffix = json.TextOrNull("end_of_word_suffix") ?? "",
        };
        return Create(Vocabulary.Read(json.Field("vocab")), json.Items("merges").Select(ReadMerge), options);
    }

    /// <summary>From merges in the order of their ranks.</summary>
    public static BytePairEncoding Create(Vocabulary vocabulary, IEnumerable<(string Left, string Right)> merges, BytePairOptions options)
    {
        var known = new Merges();
        var problems = new List<string>();
        foreach (var (rank, (left, right)) in merges.Index())
        {
            var prefix = options.SubwordPrefix;
            var whole = left + (right.StartsWith(prefix, StringComparison.Ordinal) ? right[prefix.Length..] : right);
            if (vocabulary.IdOf(left) is { } first && vocabulary.IdOf(right) is { } second && vocabulary.IdOf(whole) is { } joined)
            {
                known.Add(first, second, rank, joined);
            }
            else
            {
                var absent = new[] { left, right, whole }.Where(token => !vocabulary.Contains(token)).Select(token => $"'{token}'");
                problems.Add($"merge {rank}: '{left}' + '{right}' lacks {string.Join(", ", absent)}");
            }
        }

        return problems.Count == 0 ? new BytePairEncoding(vocabulary, known, options) : throw new InvalidDataException(
            $"{problems.Count} merges name tokens that are not in the vocabulary:\n  {string.Join("\n  ", problems.Take(ShownProblems))}");
    }

    /// <summary>Reads <c>"left right"</c>, as older files write it.</summary>
    public static (string Left, string Right) ReadMerge(string line) => line.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right]
        ? (left, right)
        : throw new InvalidDataException($"The merge '{line}' is not two tokens with a space between.");

    private static (string Left, string Right) ReadMerge(JsonElement json) =>
        json.ValueKind != JsonValueKind.Array ? ReadMerge(json.AsText("merges"))
        : json.GetArrayLength() == 2 ? (json[0].AsText("merges"), json[1].AsText("merges"))
        : throw new InvalidDataException($"A merge has two tokens, not {JsonFields.Shown(json)}.");
}
