using System.Diagnostics;

namespace PeftIntegrations.Data.Tests;

public sealed class AWordPieceTokenizer
{
    private const string Json = """
        {"model": {"type": "WordPiece", "unk_token": "[UNK]", "max_input_chars_per_word": 5,
            "vocab": {"[UNK]": 0, "a": 1, "##a": 2, "##aa": 3, "é": 4}},
        "normalizer": {"type": "BertNormalizer", "strip_accents": false}, "pre_tokenizer": {"type": "BertPreTokenizer"},
        "decoder": {"type": "WordPiece"}}
        """;

    [Theory]
    [InlineData("a", new[] { 1 })]
    [InlineData("aaaa", new[] { 1, 3, 2 })]
    [InlineData("aaaaaa", new[] { 0 })]
    [InlineData("ab", new[] { 0 })]
    [InlineData("É a\va", new[] { 4, 1, 2 })]
    [InlineData("a\u0085a\ta\u200Da\0a", new[] { 1, 2, 1, 3 })]
    [InlineData("𝓗𝓗𝓗𝓗", new[] { 0 })]
    [InlineData("", new int[0])]
    public void Takes_the_longest_token_or_calls_the_word_unknown(string text, int[] ids)
    {
        using var file = new Scratch(".json", Json);

        Assert.Equal(ids, Tokenizer.FromFile(file.Path).Encode(text).Ids);
    }

    [Theory]
    [InlineData(" It's  $5, a+b…\u00A0¿no?! ")]
    [InlineData("a\u0085b\u3000中。文 <𐄀x𝓗> 😀~")]
    [InlineData("...")]
    [InlineData("")]
    public void Cuts_at_spaces_and_around_each_mark(string text)
    {
        using var bySteps = System.Text.Json.JsonDocument.Parse(
            """{"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Punctuation"}]}""");
        List<Piece> whole = [AlignedText.Of(text).Whole];

        var words = BertWords.Cut(whole);

        Assert.Equal(PreTokenizers.Known.Read(bySteps.RootElement)(whole), words);
    }

    [Theory]
    [InlineData("a aa. aaaa,a")]
    [InlineData("A\vAa\ta\0a\u007F a\n$a")]
    [InlineData("aaaaa aaaaaa aaaaaaa")]
    [InlineData("a [UNK] a [ a")]
    [InlineData("ab aab a")]
    [InlineData("é a")]
    [InlineData("")]
    public void Reads_the_same_ids_in_one_pass(string text)
    {
        const string added = """, "added_tokens": [{"id": 0, "content": "[UNK]", "special": true}]""";
        using var file = new Scratch(".json", Json.Insert(Json.LastIndexOf('}'), added));
        var tokenizer = Tokenizer.FromFile(file.Path);

        foreach (var truncation in new[] { null, new Truncation(3), new Truncation(2) { Side = TruncationSide.Left } })
        {
            var options = new EncodingOptions { Truncation = truncation };
            Assert.Equal(tokenizer.Encode(text, null, options).Ids, tokenizer.Read(text, null, options).Ids);
        }
    }

    [Fact]
    public void Reads_any_text_in_one_pass_as_its_parts_do()
    {
        const string units = "aeiou  .,$#\t\u0001EXÉ[";
        string[] longer = ["##a", "##ei", "##o", "##u", "aeiouaeio", "##aeiouaeio"];
        string[] parts = ["[UNK]", "[CLS]", "[SEP]", .. "aeou.,$#[x".Select(unit => $"{unit}"), .. longer];
        using var file = new Scratch("vocab.txt", string.Join('\n', parts));
        using var none = System.Text.Json.JsonDocument.Parse("{}");
        var (tokenizer, random) = (new Tokenizer(BertTokenizer.Read(file.Path, none.RootElement)), new Random(1));

        for (var i = 0; i < 300; i++)
        {
            var text = string.Concat(Enumerable.Range(0, i / 3).Select(_ => units[random.Next(units.Length - (i % 3))]));
            Assert.Equal(tokenizer.Encode(text).Ids, tokenizer.Read(text, null, new()).Ids);
        }
    }

    [Fact]
    public void Takes_the_spaces_back_that_it_put_before_marks()
    {
        Assert.Equal(["it", "'s", ".", " x"], Decoders.WordPiece("##", cleansUp: true)(["it", "'s", ".", "x"]));
        Assert.Equal(["it", "s", " ."], Decoders.WordPiece("##", cleansUp: false)(["it", "##s", "."]));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a ")]
    [InlineData("é")]
    [InlineData("中")]
    public void Encodes_a_megabyte_in_seconds(string unit)
    {
        using var file = new Scratch(".json", Json);
        var tokenizer = Tokenizer.FromFile(file.Path);
        var clock = Stopwatch.StartNew();

        tokenizer.Encode(string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length)));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"It took {clock.Elapsed}.");
    }

    [Fact]
    public void Is_refused_without_its_unknown_token()
    {
        using var file = new Scratch(".json", """{"model": {"type": "WordPiece", "vocab": {"a": 0}}}""");

        var error = Assert.Throws<InvalidDataException>(() => Tokenizer.FromFile(file.Path));

        Assert.Contains("'[UNK]' is not in the vocabulary", error.Message, StringComparison.Ordinal);
    }
}
