using System.Text;
using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Models.Tests;

public sealed class AModelFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void That_is_not_there_is_named_and_nothing_is_downloaded()
    {
        var e = Assert.Throws<FileNotFoundException>(() => Pretrained.Load(_folder["none"]));

        Assert.Contains(_folder["none"], e.Message, StringComparison.Ordinal);
        Assert.Contains("never downloaded", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_configuration_is_refused()
    {
        var e = Assert.Throws<FileNotFoundException>(() => Pretrained.Load(_folder.Path));

        Assert.Contains(_folder.Path, e.Message, StringComparison.Ordinal);
        Assert.Contains("config.json", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qwen99")]
    [InlineData(null)]
    public void Of_an_unknown_architecture_is_refused_with_the_known_ones(string? type) =>
        Refuses(config => config["model_type"] = type, "model_type", type ?? "names no", "Known: bert, llama");

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{\"model_type\": \"llama\", \"model_type\": \"llama\"}")]
    [InlineData("{\"model_type\": \"\\ud800\"}")]
    public void With_a_configuration_that_is_no_json_object_is_refused(string text)
    {
        TinyModelFolder.WriteLlama(_folder.Path);
        _folder.Write("config.json", Encoding.UTF8.GetBytes(text));

        var e = Assert.Throws<InvalidDataException>(() => Pretrained.Load(_folder.Path));

        Assert.Contains("config.json", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_configuration_nested_ten_thousand_deep_is_refused()
    {
        TinyModelFolder.WriteLlama(_folder.Path);
        _folder.Write("config.json", Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', 10_000)}{new string(']', 10_000)}}}"));

        var e = Assert.Throws<InvalidDataException>(() => Pretrained.Load(_folder.Path));

        Assert.Contains("depth", e.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("hidden_size", "\"big\"")]
    [InlineData("hidden_size", "0")]
    [InlineData("hidden_size", "-16")]
    [InlineData("num_attention_heads", "0")]
    [InlineData("num_attention_heads", "1.5")]
    [InlineData("num_key_value_heads", "3")]
    [InlineData("head_dim", "-4")]
    [InlineData("head_dim", "3")]
    [InlineData("vocab_size", "[]")]
    [InlineData("num_hidden_layers", "99999999999999")]
    [InlineData("max_position_embeddings", "0")]
    [InlineData("rms_norm_eps", "\"small\"")]
    [InlineData("hidden_act", "\"magic\"")]
    [InlineData("rope_scaling", "\"twice\"")]
    [InlineData("rope_scaling", "{\"rope_type\": \"spiral\"}")]
    [InlineData("rope_scaling", "{\"rope_type\": \"linear\"}")]
    [InlineData("rope_scaling", "{\"rope_theta\": \"high\"}")]
    [InlineData("tie_word_embeddings", "\"yes\"")]
    public void With_a_configuration_that_cannot_be_is_refused(string field, string value) =>
        Refuses(config => config[field] = JsonNode.Parse(value));

    [Fact]
    public void With_more_layers_than_anything_has_is_refused_at_once() =>
        Refuses(config => config["num_hidden_layers"] = 2_000_000_000, "model.layers.2.input_layernorm.weight is missing; expected [16]");

    [Fact]
    public void With_missing_and_misshapen_tensors_is_refused_with_all_of_them()
    {
        TinyModelFolder.WriteLlama(_folder.Path, tensors: tensors =>
        {
            tensors.Remove("model.layers.1.mlp.up_proj.weight");
            tensors.Remove("model.norm.weight");
            tensors["model.layers.0.self_attn.k_proj.weight"] = ones(9, 16);
            tensors["lm_head.weight"] = ones(7);
        });

        var e = Assert.Throws<InvalidDataException>(() => Pretrained.Load(_folder.Path));

        Assert.Contains("model.layers.1.mlp.up_proj.weight is missing; expected [24, 16]", e.Message, StringComparison.Ordinal);
        Assert.Contains("model.norm.weight is missing; expected [16]", e.Message, StringComparison.Ordinal);
        Assert.Contains("model.layers.0.self_attn.k_proj.weight is [9, 16]; expected [8, 16]", e.Message, StringComparison.Ordinal);
        Assert.Contains("lm_head.weight is [7]; expected [258, 16]", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_the_tensors_it_does_not_use()
    {
        TinyModelFolder.WriteLlama(_folder.Path, tensors: tensors => (tensors["visual.proj"], tensors["a.bias"]) = (ones(2), ones(3)));

        var (model, unused) = Pretrained.Load(_folder.Path);

        using (model) Assert.Equal(["a.bias", "visual.proj"], unused);
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("consolidated.00.pth")]
    [InlineData("model.pt")]
    public void That_holds_a_pickle_is_refused_with_the_way_out(string file)
    {
        TinyModelFolder.WriteLlama(_folder.Path);
        File.Move(_folder["model.safetensors"], _folder[file]);

        var e = Assert.Throws<InvalidDataException>(() => Pretrained.Load(_folder.Path));

        Assert.Contains(file, e.Message, StringComparison.Ordinal);
        Assert.Contains("pickle", e.Message, StringComparison.Ordinal);
        Assert.Contains("save_pretrained", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_weights_is_refused()
    {
        TinyModelFolder.WriteLlama(_folder.Path);
        File.Delete(_folder["model.safetensors"]);

        var e = Assert.Throws<FileNotFoundException>(() => Pretrained.Load(_folder.Path));

        Assert.Contains("model.safetensors", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../evil.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    [InlineData("a/b.safetensors")]
    public void Whose_index_names_a_file_elsewhere_is_refused(string name)
    {
        WriteIndex(name);

        var e = Assert.Throws<InvalidDataException>(() => Pretrained.Load(_folder.Path));

        Assert.Contains($"'{name}'", e.Message, StringComparison.Ordinal);
        Assert.Contains("not in its own folder", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whose_index_names_a_missing_file_is_refused()
    {
        WriteIndex("model-00002-of-00002.safetensors");

        var e = Assert.Throws<FileNotFoundException>(() => Pretrained.Load(_folder.Path));

        Assert.Contains("model-00002-of-00002.safetensors is missing", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaves_no_tensor_behind_when_it_is_refused()
    {
        TinyModelFolder.WriteLlama(_folder.Path, tensors: tensors => tensors.Remove("model.norm.weight"));
        var before = LiveTensors.CountAfterCollection();

        using (NewDisposeScope()) Assert.Throws<InvalidDataException>(() => Pretrained.Load(_folder.Path));

        Assert.Equal(before, Tensor.TotalCount);
    }

    private void WriteIndex(string name)
    {
        TinyModelFolder.WriteLlama(_folder.Path);
        File.Delete(_folder["model.safetensors"]);
        JsonFile.Write(_folder["model.safetensors.index.json"], new() { ["weight_map"] = new JsonObject { ["lm_head.weight"] = name } });
    }

    private void Refuses(Action<JsonObject> change, params string[] told)
    {
        TinyModelFolder.WriteLlama(_folder.Path, change);

        var e = Assert.Throws<InvalidDataException>(() => Pretrained.Load(_folder.Path));

        Assert.Contains(_folder.Path, e.Message, StringComparison.Ordinal);
        Assert.All(told, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }
}
