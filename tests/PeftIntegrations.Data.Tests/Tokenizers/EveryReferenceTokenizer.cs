namespace PeftIntegrations.Data.Tests;

public sealed class EveryReferenceTokenizer
{
    public static TheoryData<string> All => [.. Golden.Names];

    public static TheoryData<string> Names => [.. Golden.Names.Where(name => !IsNotClaimed(Problem(name)))];

    [Theory, MemberData(nameof(All))]
    public void Is_read_or_its_unknown_part_is_named(string name)
    {
        var problem = Problem(name);

        Assert.SkipWhen(IsNotClaimed(problem), problem ?? "");

        Assert.Null(problem);
    }

    [Theory, MemberData(nameof(Names))]
    public void Encodes_texts(string name)
    {
        var tokenizer = Load(name);
        var cases = Golden.CasesOf(name);

        foreach (var expected in cases.Encode)
        {
            var encoding = tokenizer.Encode(expected.Text);

            Same(expected.Text, expected.Ids, encoding.Ids);
            Same(expected.Text, expected.Tokens, encoding.Tokens);
            Same(expected.Text, expected.Offsets.Select(o => (o[0], o[1])), encoding.Offsets);
            Same(expected.Text, expected.SpecialMask, encoding.SpecialMask);
            Same(expected.Text, expected.TypeIds, encoding.TypeIds);
            Same(expected.Text, expected.PlainIds, tokenizer.Encode(expected.Text, addSpecialTokens: false).Ids);
        }

        Assert.Equal(cases.VocabSize, tokenizer.VocabularySize);
    }

    [Theory, MemberData(nameof(Names))]
    public void Encodes_pairs(string name)
    {
        var tokenizer = Load(name);

        foreach (var expected in Golden.CasesOf(name).Pairs)
        {
            var encoding = tokenizer.Encode(expected.First, expected.Second);

            Same(expected.First, expected.Ids, encoding.Ids);
            Same(expected.First, expected.TypeIds, encoding.TypeIds);
            Same(expected.First, expected.SpecialMask, encoding.SpecialMask);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Truncates(string name)
    {
        var tokenizer = Load(name);

        foreach (var expected in Golden.CasesOf(name).Truncated)
        {
            var side = expected.Direction == "left" ? TruncationSide.Left : TruncationSide.Right;
            var options = new EncodingOptions { Truncation = new Truncation(expected.MaxLength) { Side = side } };
            var encoding = tokenizer.Encode(expected.Text ?? expected.First!, expected.Second, options);

            Same(expected.Text ?? expected.First!, expected.Ids, encoding.Ids);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Decodes(string name)
    {
        var tokenizer = Load(name);

        foreach (var expected in Golden.CasesOf(name).Decode)
        {
            Same(string.Join(' ', expected.Ids), expected.Text, tokenizer.Decode(expected.Ids));
            Same(string.Join(' ', expected.Ids), expected.WithSpecial, tokenizer.Decode(expected.Ids, skipSpecialTokens: false));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Streams(string name)
    {
        var tokenizer = Load(name);

        foreach (var expected in Golden.CasesOf(name).Stream.Where(stream => stream.Pieces is not null))
        {
            var stream = tokenizer.CreateStream();

            Same(string.Join(' ', expected.Ids), expected.Pieces!, expected.Ids.Select(stream.Push));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Streams_what_it_decodes(string name)
    {
        var tokenizer = Load(name);

        foreach (var text in Golden.CasesOf(name).Encode.Select(one => one.Text))
        {
            var ids = tokenizer.Encode(text, addSpecialTokens: false).Ids;
            var stream = tokenizer.CreateStream();

            Same(text, tokenizer.Decode(ids), string.Concat([.. ids.Select(stream.Push), stream.Flush()]));
        }
    }

    private static bool IsNotClaimed(string? problem) => problem?.Contains("Known types", StringComparison.Ordinal) == true;

    private static Tokenizer Load(string name) => Tokenizer.FromFolder(Golden.FolderOf(name));

    private static string? Problem(string name)
    {
        try
        {
            Load(name);
            return null;
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
    }

    private static void Same<T>(string about, IEnumerable<T> expected, IEnumerable<T> actual) =>
        Assert.True(
            expected.SequenceEqual(actual), $"'{about}': expected [{string.Join(", ", expected)}], got [{string.Join(", ", actual)}].");
}
