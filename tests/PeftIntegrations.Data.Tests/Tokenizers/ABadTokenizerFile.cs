using System.Text.Json.Nodes;

namespace PeftIntegrations.Data.Tests;

public sealed class ABadTokenizerFile
{
    private const string Minimal = """{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}""";

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("garbage", "invalid")]
    [InlineData("[]", "model")]
    [InlineData("{}", "'model' is missing")]
    [InlineData("""{"model": {"type": "BPE", "merges": []}}""", "'vocab' is missing")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {}, "merges": []}}""", "vocabulary is empty")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": -1}, "merges": []}}""", "id -1")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 2000000000}, "merges": []}}""", "id 2000000000")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": "0"}, "merges": []}}""", "whole number")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"\ud800": 0}, "merges": []}}""", "surrogate")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a q"]}}""", "lacks 'q', 'aq'")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a"]}}""", "two tokens")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a"]]}}""", "two tokens")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "unk_token": "u"}}""", "'u' is not in the vocabulary")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [], "dropout": 0.1}}""", "dropout")]
    [InlineData("""{"model": {"type": "Odd"}}""", "No model of type 'Odd' is known. Known types: BPE")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "normalizer": {"type": "Odd"}}""", "types: Bert")]
    [InlineData("""
        {"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "normalizer":
        {"type": "Replace", "pattern": {"Regex": "("}, "content": ""}}
        """, "regular expression")]
    [InlineData("""
        {"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "pre_tokenizer":
        {"type": "Split", "pattern": {"String": "x"}, "behavior": "7"}}
        """, "MergedWithNext")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "added_tokens": [{"id": -3, "content": "x"}]}""", "id -3")]
    public void Is_refused_with_the_reason(string json, string reason)
    {
        using var file = new Scratch(".json", json);

        var error = Assert.Throws<InvalidDataException>(() => Tokenizer.FromFile(file.Path));

        Assert.Contains(file.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Is_refused_wherever_it_was_cut_off()
    {
        var whole = File.ReadAllBytes(Golden.CopyFile("llama2"));

        foreach (var length in Enumerable.Range(0, 40).Select(i => i * (whole.Length - 3) / 40))
        {
            using var file = new Scratch(".json", whole[..length]);

            Assert.Throws<InvalidDataException>(() => Tokenizer.FromFile(file.Path));
        }
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"normalizer\":", "}")]
    public void Is_refused_when_it_nests_ten_thousand_deep(string open, string close)
    {
        var opened = string.Concat(Enumerable.Repeat(open, 10_000));
        var closed = string.Concat(Enumerable.Repeat(close, 10_000));
        using var file = new Scratch(".json", opened + "0" + closed);

        var error = Assert.Throws<InvalidDataException>(() => Tokenizer.FromFile(file.Path));

        Assert.Contains("depth", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_not_one_whose_added_tokens_are_huge()
    {
        var huge = new string('a', 100_000) + "!";
        var json = JsonNode.Parse(Minimal)!;
        json["added_tokens"] = new JsonArray(
            new JsonObject { ["id"] = 3, ["content"] = huge },
            new JsonObject { ["id"] = 4, ["content"] = "" });
        using var file = new Scratch(".json", json.ToJsonString());
        var tokenizer = Tokenizer.FromFile(file.Path);

        var ids = tokenizer.Encode(huge + "ab" + new string('a', 200_000)).Ids;

        Assert.Equal([3, 2, 0, 0], ids.Take(4));
        Assert.Equal(200_002, ids.Count);
    }

    [Fact]
    public void Is_a_folder_without_one()
    {
        var error = Assert.Throws<InvalidDataException>(() => Tokenizer.FromFolder(Path.GetTempPath()));

        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_with_our_errors_or_works_after_random_damage()
    {
        var whole = File.ReadAllBytes(Golden.CopyFile("smollm2"));
        var random = new Random(7);

        for (var i = 0; i < 60; i++)
        {
            var damaged = whole.ToArray();
            for (var n = 0; n < 4; n++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            using var file = new Scratch(".json", damaged);

            var error = Record.Exception(() => Tokenizer.FromFile(file.Path).Encode("Hello, world 12!"));

            Assert.True(error is null or InvalidDataException, error?.ToString());
        }
    }
}
