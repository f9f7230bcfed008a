namespace PeftIntegrations.Data.Tests;

public sealed class ABareListOfTokens : IDisposable
{
    private const string Tokens = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n\nhe\n##llo\nHello\ncafe\ncafé\n中\n";
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Makes_the_uncased_BERT_where_nothing_else_is_said()
    {
        var tokenizer = Read(Tokens);

        var encoding = tokenizer.Encode("Hello CAFÉ中中xyz [MASK]");

        Assert.Equal(["[CLS]", "he", "##llo", "cafe", "中", "中", "[UNK]", "[MASK]", "[SEP]"], encoding.Tokens);
        Assert.Equal([(0, 0), (0, 2), (2, 5), (6, 10), (10, 11), (11, 12), (12, 15), (16, 22), (0, 0)], encoding.Offsets);
        Assert.Equal(new SpecialTokens(Unknown: 1, Padding: 0, Mask: 4), tokenizer.Special);
        Assert.Equal("hello cafe 中 中", tokenizer.Decode(encoding.Ids));
    }

    [Fact]
    public void Follows_the_settings_beside_it()
    {
        var tokenizer = Read(Tokens, """
            {"do_lower_case": false, "tokenize_chinese_chars": false, "pad_token": {"content": "[MASK]"}, "strip_accents": null}
            """);

        Assert.Equal(["Hello", "café", "[UNK]"], tokenizer.Encode("Hello café 中中", addSpecialTokens: false).Tokens);
        Assert.Equal(4, tokenizer.Special.Padding);
    }

    [Fact]
    public void Is_refused_with_all_tokens_that_it_lacks()
    {
        var error = Assert.Throws<InvalidDataException>(() => Read("[PAD]\n[CLS]\na\n"));

        Assert.Contains("'[UNK]' (unk_token), '[SEP]' (sep_token)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_refused_when_empty() =>
        Assert.Contains("holds no token", Assert.Throws<InvalidDataException>(() => Read("\n")).Message, StringComparison.Ordinal);

    private Tokenizer Read(string tokens, string? config = null)
    {
        File.WriteAllText(Path.Combine(_folder, "vocab.txt"), tokens);
        if (config is not null) File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), config);
        return Tokenizer.FromFolder(_folder);
    }
}
