using System.Text.Json.Nodes;
using PeftIntegrations.Core;

namespace PeftIntegrations.Tests;

public sealed class ADamagedAdapter : TinyModelTests
{
    private const string First = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";
    private static readonly string[] NoPlaces = ["c_attn", "w1"];

    [Theory]
    [InlineData("r", "0", "Rank", "at least 1")]
    [InlineData("r", "\"x\"", "Lora cannot take")]
    [InlineData("r", "2000000000", "2000000000", "1024")]
    [InlineData("lora_alpha", "-1", "Alpha")]
    [InlineData("lora_alpha", "1e999", "Alpha")]
    [InlineData("lora_dropout", "1.5", "Dropout")]
    [InlineData("bias", "\"some\"", "bias is 'some'", "lora_only")]
    [InlineData("bias", "7", "Lora cannot take")]
    [InlineData("target_modules", "\"q_proj(\"", "q_proj(")]
    [InlineData("target_modules", "[]", "Name a layer")]
    [InlineData("target_modules", "[null]")]
    [InlineData("target_modules", "17", "Lora cannot take")]
    [InlineData("rank_pattern", "{\"q_proj(\": 4}", "q_proj(")]
    [InlineData("rank_pattern", "{\"q_proj\": 0}", "RankPattern", "at least 1")]
    [InlineData("rank_pattern", "{\"q_proj\": 70000000}", "70000000", "between 1 and 1024")]
    [InlineData("rank_pattern", "{\"q_proj\": \"x\"}", "Lora cannot take")]
    [InlineData("alpha_pattern", "[1]", "Lora cannot take")]
    [InlineData("target_modules", "\".*(((a+)+)+)+!.*|(.+)+(.+)+(.+)+!\"")]
    [InlineData("layers_to_transform", "[99]", "found no site", "[q_proj, v_proj]")]
    [InlineData("trainable_token_indices", "[258]", "Token 258", "0 to 257")]
    [InlineData("peft_type", "\"MAGIC\"", "'MAGIC'", "Known:", "LORA")]
    [InlineData("peft_type", "null", "names no peft_type", "LORA")]
    [InlineData("peft_type", "{\"a\": 1}", "Known:")]
    public async Task With_a_value_that_cannot_be_is_refused(string field, string value, params string[] told)
    {
        var before = await Trained();
        Change(config => config[field] = JsonNode.Parse(value));

        var e = await Assert.ThrowsAsync<InvalidDataException>(Load);

        Assert.All(told.Append(Place("it")), part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
        await IsAsBefore(before);
    }

    [Theory]
    [InlineData("layer_replication", "[[0, 2], [1, 2]]")]
    [InlineData("use_qalora", "true")]
    [InlineData("alora_invocation_tokens", "[1, 2]")]
    [InlineData("target_parameters", "[\"experts.gate\"]")]
    [InlineData("init_lora_weights", "\"pissa\"")]
    public async Task Of_a_variant_that_computes_something_else_is_refused(string field, string value)
    {
        var before = await Trained();
        Change(config => config[field] = JsonNode.Parse(value));

        var e = await Assert.ThrowsAsync<NotSupportedException>(Load);

        Assert.Contains(field, e.Message, StringComparison.Ordinal);
        await IsAsBefore(before);
    }

    [Fact]
    public async Task Of_another_rank_is_refused_with_every_wrong_tensor_and_both_shapes()
    {
        var before = await Trained();
        Change(config => config["r"] = 8);

        var e = await Assert.ThrowsAsync<InvalidDataException>(Load);

        Assert.Equal(8, e.Message.Split("; this model needs [").Length - 1);
        Assert.Contains($"{First} is [4, 16]; this model needs [8, 16].", e.Message, StringComparison.Ordinal);
        Assert.Contains("layers.1.self_attn.v_proj.lora_B.weight is [8, 4]; this model needs [8, 8].", e.Message, StringComparison.Ordinal);
        await IsAsBefore(before);
    }

    [Fact]
    public async Task Of_a_wider_model_with_missing_and_extra_tensors_is_refused_with_all_of_them()
    {
        var before = await Trained();
        using (NewDisposeScope())
        {
            var tensors = Read();
            tensors[First] = ones(4, 32);
            tensors.Remove("base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight");
            tensors["base_model.model.model.layers.7.self_attn.q_proj.lora_A.weight"] = ones(4, 16);
            tensors["model.layers.1.self_attn.q_proj.lora_A.weight"] = ones(4, 16);
            Write(tensors);
        }

        var e = await Assert.ThrowsAsync<InvalidDataException>(Load);

        Assert.Contains($"{First} is [4, 32]; this model needs [4, 16].", e.Message, StringComparison.Ordinal);
        Assert.Contains("layers.0.self_attn.q_proj.lora_B.weight [16, 4] is missing.", e.Message, StringComparison.Ordinal);
        Assert.Contains("layers.7.self_attn.q_proj.lora_A.weight [4, 16] has no place in this model.", e.Message, StringComparison.Ordinal);
        Assert.Contains("layers.1.self_attn.q_proj.lora_A.weight is there twice", e.Message, StringComparison.Ordinal);
        await IsAsBefore(before);
    }

    [Fact]
    public async Task For_layers_this_model_lacks_is_refused_with_those_it_has()
    {
        var before = await Trained();
        Change(config => config["target_modules"] = new JsonArray([.. NoPlaces.Select(name => (JsonNode)name)]));

        var e = await Assert.ThrowsAsync<InvalidDataException>(Load);

        Assert.Contains("[c_attn, w1]", e.Message, StringComparison.Ordinal);
        Assert.Contains("q_proj, k_proj, v_proj, o_proj", e.Message, StringComparison.Ordinal);
        await IsAsBefore(before);
    }

    [Fact]
    public async Task That_is_a_pickle_is_refused_with_the_way_out()
    {
        var before = await Trained();
        File.Move(Path.Combine(Place("it"), AdapterFolder.TensorFile), Path.Combine(Place("it"), "adapter_model.bin"));

        var e = await Assert.ThrowsAsync<InvalidDataException>(Load);

        Assert.Contains("adapter_model.bin is a pickle", e.Message, StringComparison.Ordinal);
        Assert.Contains("save_pretrained", e.Message, StringComparison.Ordinal);
        await IsAsBefore(before);
    }

    [Theory]
    [InlineData(AdapterFolder.ConfigFile)]
    [InlineData(AdapterFolder.TensorFile)]
    public async Task Without_one_of_its_files_is_refused(string file)
    {
        var before = await Trained();
        File.Delete(Path.Combine(Place("it"), file));

        var e = await Assert.ThrowsAsync<FileNotFoundException>(Load);

        Assert.Contains($"{Place("it")} has no {file}", e.Message, StringComparison.Ordinal);
        await IsAsBefore(before);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("7")]
    [InlineData("{\"peft_type\": \"LORA\", \"r\": 4, \"r\": 8}")]
    [InlineData("{\"peft_type\": \"\\ud800\"}")]
    [InlineData("{\"peft_type\": \"LORA\", \"\\ud800\": 1}")]
    public async Task With_a_configuration_that_is_no_json_object_is_refused(string text)
    {
        var before = await Trained();
        File.WriteAllText(Path.Combine(Place("it"), AdapterFolder.ConfigFile), text);

        var e = await Assert.ThrowsAsync<InvalidDataException>(Load);

        Assert.Contains(AdapterFolder.ConfigFile, e.Message, StringComparison.Ordinal);
        await IsAsBefore(before);
    }

    [Fact]
    public async Task With_a_configuration_nested_ten_thousand_deep_is_refused()
    {
        var before = await Trained();
        var nested = $"{new string('[', 10_000)}{new string(']', 10_000)}";
        File.WriteAllText(Path.Combine(Place("it"), AdapterFolder.ConfigFile), $"{{\"r\":{nested}}}");

        var e = await Assert.ThrowsAsync<InvalidDataException>(Load);

        Assert.Contains("depth", e.Message, StringComparison.OrdinalIgnoreCase);
        await IsAsBefore(before);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/etc/passwd")]
    [InlineData("a\0b")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a b")]
    public async Task Name_that_is_no_name_is_refused(string name)
    {
        await Trained();

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Model.LoadAdapterAsync(name, Place("it"), Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => Model.TrainAsync(name, new Lora(), SomeText, cancellationToken: Cancellation));

        Assert.Contains("cannot name an adapter", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', e.Message);
        Assert.Equal(["good"], await Model.AdapterNamesAsync(Cancellation));
    }

    [Fact]
    public async Task Name_of_four_kilobytes_is_refused_and_shown_short()
    {
        await Trained();

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Model.LoadAdapterAsync(new string('n', 4096), Place("it"), Cancellation));
        var other = await Assert.ThrowsAsync<ArgumentException>(() => Continue(new string('n', 4096)));

        Assert.Contains("4096 characters", e.Message, StringComparison.Ordinal);
        Assert.InRange(e.Message.Length, 0, 500);
        Assert.InRange(other.Message.Length, 0, 500);
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("../../nowhere")]
    public async Task Folder_that_cannot_be_is_refused(string folder)
    {
        var before = await Trained();

        await Assert.ThrowsAsync<FileNotFoundException>(() => Model.LoadAdapterAsync("it", folder, Cancellation));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Model.LoadAdapterAsync("it", new string('f', 4096), Cancellation));

        await IsAsBefore(before);
    }

    private async Task<(string Alone, string Good)> Trained()
    {
        var good = await Train("good", folder: "it");
        return (await Continue(), good);
    }

    private Task Load() => Model.LoadAdapterAsync("it", Place("it"), Cancellation);

    private async Task IsAsBefore((string Alone, string Good) before)
    {
        Assert.Equal(before, (await Continue(), await Continue("good")));
        Assert.Equal(["good"], await Model.AdapterNamesAsync(Cancellation));
    }

    private void Change(Action<JsonObject> change)
    {
        var path = Path.Combine(Place("it"), AdapterFolder.ConfigFile);
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(config);
        File.WriteAllText(path, config.ToJsonString());
    }

    private Dictionary<string, Tensor> Read()
    {
        using var file = SafeTensorsFile.Open(Path.Combine(Place("it"), AdapterFolder.TensorFile));
        return file.Tensors.Keys.ToDictionary(name => name, name => file.Read(name).clone());
    }

    private void Write(Dictionary<string, Tensor> tensors) =>
        SafeTensorsFile.Write(Path.Combine(Place("it"), AdapterFolder.TensorFile), tensors);
}
