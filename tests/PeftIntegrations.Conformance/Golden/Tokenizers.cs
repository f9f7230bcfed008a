using System.Text.RegularExpressions;
using PeftIntegrations.Core;
using PeftIntegrations.Data;

namespace PeftIntegrations.Conformance;

/// <summary>
/// Every tokenizer case of the reference set whose parts are known: ids and what belongs to them, and the text they stand for.
/// </summary>
public sealed partial class Tokenizers(CaseReport report)
{
    public static IEnumerable<TheoryDataRow<string>> Cases => ReferenceSet.Current.Cases("tokenizers");

    [Theory, MemberData(nameof(Cases))]
    public void Encode_as_the_peer_does(string folder) => Run(folder, (tokenizer, cases) =>
    {
        TokenizerCases.Encoded[] all = [.. cases.Encode ?? [], .. cases.Pairs ?? [], .. cases.Truncated ?? []];
        if (all.Length == 0) CaseReport.Lacks("texts to encode");

        Assert.All(all, expected => Compare(expected, tokenizer));
        Assert.Equal(cases.VocabSize ?? tokenizer.VocabularySize, tokenizer.VocabularySize);
    });

    [Theory, MemberData(nameof(Cases))]
    public void Decode_as_the_peer_does(string folder) => Run(folder, (tokenizer, cases) =>
    {
        if (cases.Decode is not { Length: > 0 }) CaseReport.Lacks("ids to decode");

        Assert.All(cases.Decode, expected =>
        {
            Same(expected.Text, tokenizer.Decode(expected.Ids));
            Same(expected.WithSpecial, tokenizer.Decode(expected.Ids, skipSpecialTokens: false));
        });
    });

    [Theory, MemberData(nameof(Cases))]
    public void Stream_as_the_peer_does(string folder) => Run(folder, (tokenizer, cases) =>
    {
        if (cases.Stream is not { Length: > 0 }) CaseReport.Lacks("ids to stream");

        Assert.All(cases.Stream, expected =>
        {
            var stream = tokenizer.CreateStream();
            Same(expected.Pieces, expected.Ids.Select(stream.Push));
        });
    });

    [Theory, MemberData(nameof(Cases))]
    public void Stream_what_they_decode(string folder) => Run(folder, (tokenizer, cases) =>
    {
        if (cases.Encode is not { Length: > 0 }) CaseReport.Lacks("texts to encode");

        Assert.All(cases.Encode, expected =>
        {
            var ids = tokenizer.Encode(expected.Text!, addSpecialTokens: false).Ids;
            var stream = tokenizer.CreateStream();
            Assert.Equal(tokenizer.Decode(ids), string.Concat([.. ids.Select(stream.Push), stream.Flush()]));
        });
    });

    [Theory, MemberData(nameof(Cases))]
    public void Are_the_same_from_a_bare_list_of_tokens(string folder) => Run(folder, (_, cases) =>
    {
        var list = Path.Combine(Source(folder), "vocab.txt");
        if (!File.Exists(list)) CaseReport.Lacks("vocab.txt");
        using var bare = new TemporaryFolder();
        File.Copy(list, bare["vocab.txt"]);
        var lowercase = JsonFile.Read(Path.Combine(Source(folder), "tokenizer.json"))["normalizer"]!["lowercase"]!.GetValue<bool>();
        JsonFile.Write(bare["tokenizer_config.json"], new() { ["do_lower_case"] = lowercase });

        var tokenizer = Tokenizer.FromFolder(bare.Path);

        Assert.All([.. cases.Encode!, .. cases.Pairs!], expected => Compare(expected, tokenizer));
        Assert.All(cases.Decode!, expected => Same(expected.Text, tokenizer.Decode(expected.Ids)));
    });

    [GeneratedRegex(@"No (.+ of type '.+') is known")]
    private static partial Regex UnknownPart { get; }

    private static void Compare(TokenizerCases.Encoded expected, Tokenizer tokenizer)
    {
        var first = expected.Text ?? expected.First!;
        var options = new EncodingOptions { Truncation = TruncationOf(expected) };

        var encoding = tokenizer.Encode(first, expected.Second, options);

        Same(expected.Ids, encoding.Ids);
        Same(expected.Tokens, encoding.Tokens);
        Same(expected.Offsets?.Select(offset => (offset[0], offset[1])), encoding.Offsets);
        Same(expected.SpecialMask, encoding.SpecialMask);
        Same(expected.TypeIds, encoding.TypeIds);
        Same(expected.PlainIds, tokenizer.Encode(first, expected.Second, options with { AddSpecialTokens = false }).Ids);
    }

    private static Truncation? TruncationOf(TokenizerCases.Encoded expected) => expected.MaxLength is { } most
        ? new Truncation(most)
        {
            Side = Named<TruncationSide>(expected.Direction),
            Strategy = Named<TruncationStrategy>(expected.Strategy),
        }
        : null;

    /// <summary>The value that Hugging Face writes in snake case; the default where it writes none.</summary>
    private static T Named<T>(string? name) where T : struct, Enum =>
        name is null ? default : Enum.Parse<T>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    private static void Same<T>(IEnumerable<T>? expected, IEnumerable<T> actual)
    {
        if (expected is not null) Assert.Equal(expected, actual);
    }

    /// <summary>The folder of the tokenizer's files: the case's own, or a pretrained model's.</summary>
    private static string Source(string folder)
    {
        const string Models = "models/";
        var pointer = Path.Combine(folder, "source.json");
        if (!File.Exists(pointer)) return folder;

        var source = JsonFile.Read(pointer)["tokenizer"]!.ToString();
        return source.StartsWith(Models, StringComparison.Ordinal)
            ? ReferenceSet.Current.RequireModel(source[Models.Length..])
            : GoldenCase.Needed(Path.Combine(ReferenceSet.Current.Root!, source));
    }

    private static Tokenizer Load(string folder)
    {
        var isThere = File.Exists(Path.Combine(folder, "tokenizer.json")) || File.Exists(Path.Combine(folder, "merges.txt"));
        if (!isThere) CaseReport.Lacks($"{ReferenceSet.Current.NameOf(folder)}/tokenizer.json");
        try
        {
            return Tokenizer.FromFolder(folder);
        }
        catch (InvalidDataException e) when (UnknownPart.Match(e.Message) is { Success: true } part)
        {
            Assert.Skip(part.Groups[1].Value);
            throw;
        }
    }

    private void Run(string folder, Action<Tokenizer, TokenizerCases> check)
    {
        report.Run("tokenizers", ReferenceSet.Current.NameOf(folder), () =>
        {
            var file = Path.Combine(folder, "cases.json");
            var others = Directory.GetFiles(folder).Select(Path.GetFileName).Order();
            Assert.SkipUnless(File.Exists(file), $"files of another kind ({string.Join(", ", others)})");
            check(Load(Source(folder)), TokenizerCases.Read(file));
        });
    }
}
