using System.Text.Json;

namespace PeftIntegrations.Data.Tests;

public sealed class AGgufTokenizer
{
    [Fact]
    public void Of_GPT_2s_kind_equals_the_one_in_json()
    {
        var metadata = Metadata("smollm2", "gpt2");
        metadata["tokenizer.ggml.pre"] = "smollm";
        metadata["tokenizer.ggml.add_bos_token"] = false;
        metadata["tokenizer.ggml.eos_token_id"] = 2u;

        var tokenizer = Tokenizer.FromGguf(metadata);

        Assert.Equal(2, tokenizer.Special.End);
        var cases = Golden.CasesOfCopy("smollm2");
        Assert.All(cases.Encode, expected => Assert.Equal(expected.Ids, tokenizer.Encode(expected.Text).Ids));
        Assert.All(cases.Decode, expected => Assert.Equal(expected.Text, tokenizer.Decode(expected.Ids)));
    }

    [Fact]
    public void Of_Llamas_kind_finds_its_merges_by_their_scores()
    {
        var metadata = Metadata("llama2", "llama");
        var tokens = (string[])metadata["tokenizer.ggml.tokens"];
        var merges = Merges("llama2").Select(merge => string.Concat(merge)).Index()
            .DistinctBy(merge => merge.Item).ToDictionary(merge => merge.Item, merge => -(float)merge.Index - 1);
        metadata["tokenizer.ggml.scores"] = tokens.Select(token => merges.GetValueOrDefault(token)).ToArray();
        metadata["tokenizer.ggml.token_type"] = tokens.Select((_, id) => id == 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1).ToArray();
        metadata["tokenizer.ggml.bos_token_id"] = 1u;

        var tokenizer = Tokenizer.FromGguf(metadata);

        var cases = Golden.CasesOfCopy("llama2");
        Assert.All(cases.Encode, expected => Assert.Equal(expected.Ids, tokenizer.Encode(expected.Text).Ids));
        Assert.All(cases.Pairs, expected => Assert.Equal(expected.TypeIds, tokenizer.Encode(expected.First, expected.Second).TypeIds));
        Assert.All(cases.Decode, expected => Assert.Equal(expected.Text, tokenizer.Decode(expected.Ids)));
    }

    [Theory]
    [InlineData("tokens", null, "tokens is missing")]
    [InlineData("tokens", 3, "array of String")]
    [InlineData("model", null, "Known models: gpt2, llama")]
    [InlineData("model", "bert", "Known models: gpt2, llama")]
    [InlineData("pre", "odd", "qwen2")]
    [InlineData("merges", null, "merges is missing")]
    [InlineData("eos_token_id", 1500, "1500 tokens")]
    [InlineData("add_bos_token", true, "bos_token_id is missing")]
    [InlineData("add_bos_token", 1, "true or false")]
    public void Names_the_entry_that_is_wrong(string entry, object? value, string reason)
    {
        var metadata = Metadata("smollm2", "gpt2");
        if (value is null) metadata.Remove("tokenizer.ggml." + entry);
        else metadata["tokenizer.ggml." + entry] = value;

        var error = Assert.Throws<InvalidDataException>(() => Tokenizer.FromGguf(metadata));

        Assert.Contains("tokenizer.ggml." + entry, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Needs_a_score_for_each_token()
    {
        var metadata = Metadata("llama2", "llama");
        metadata["tokenizer.ggml.scores"] = new float[3];

        var error = Assert.Throws<InvalidDataException>(() => Tokenizer.FromGguf(metadata));

        Assert.Contains("scores has 3 entries for 1500 tokens", error.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, object> Metadata(string name, string model)
    {
        var json = JsonDocument.Parse(File.ReadAllText(Golden.CopyFile(name))).RootElement;
        var vocabulary = json.GetProperty("model").GetProperty("vocab").EnumerateObject();
        string[] tokens = [.. vocabulary.OrderBy(token => token.Value.GetInt32()).Select(token => token.Name)];
        var added = json.GetProperty("added_tokens").EnumerateArray().Select(token => token.GetProperty("id").GetInt32()).ToHashSet();
        return new Dictionary<string, object>
        {
            ["tokenizer.ggml.model"] = model,
            ["tokenizer.ggml.tokens"] = tokens,
            ["tokenizer.ggml.token_type"] = tokens.Select((_, id) => added.Contains(id) ? 3 : 1).ToArray(),
            ["tokenizer.ggml.merges"] = Merges(name).Select(merge => string.Join(' ', merge)).ToArray(),
        };
    }

    private static IEnumerable<string[]> Merges(string name) => JsonDocument.Parse(File.ReadAllText(Golden.CopyFile(name))).RootElement
        .GetProperty("model").GetProperty("merges").EnumerateArray()
        .Select(merge => merge.EnumerateArray().Select(token => token.GetString()!).ToArray());
}
