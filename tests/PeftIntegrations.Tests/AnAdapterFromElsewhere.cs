using System.Text.Json.Nodes;
using PeftIntegrations.Core;

namespace PeftIntegrations.Tests;

public sealed class AnAdapterFromElsewhere : TinyModelTests
{
    private string ConfigPath => Path.Combine(Place("it"), AdapterFolder.ConfigFile);

    private string TensorPath => Path.Combine(Place("it"), AdapterFolder.TensorFile);

    [Theory]
    [InlineData("base_model.model.", "")]
    [InlineData(".lora_A.weight", ".lora_A.default.weight")]
    [InlineData(".lora_A.weight", ".lora_A.my_adapter.weight")]
    [InlineData(".lora_magnitude_vector", ".lora_magnitude_vector.weight")]
    [InlineData(".lora_magnitude_vector", ".lora_magnitude_vector.default")]
    [InlineData(".lora_magnitude_vector", ".lora_magnitude_vector.default.weight")]
    public async Task Gives_the_same_text_under_an_older_spelling(string now, string before)
    {
        var text = await Train("it", new Dora { Rank = 4 }, "it");
        Rewrite(name => name.Replace(now, before, StringComparison.Ordinal), tensor => tensor);

        await Load("old");

        Assert.Equal(text, await Continue("old"));
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float64)]
    public async Task May_be_of_another_precision(ScalarType type)
    {
        await Train("it", folder: "it");
        Rewrite(name => name, tensor => tensor.to(type));

        await Load("other");
        await Model.SaveAdapterAsync("other", Place("again"), Cancellation);

        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(TensorPath);
        using var again = SafeTensorsFile.Open(Path.Combine(Place("again"), AdapterFolder.TensorFile));
        foreach (var name in file.Tensors.Keys)
        {
            Assert.True(file.Read(name).to(ScalarType.Float32).equal(again.Read(name)).all().item<bool>());
        }
    }

    [Fact]
    public async Task Keeps_fields_that_are_not_known_on_the_round_trip()
    {
        await Train("it", folder: "it");
        var config = JsonFile.Read(ConfigPath);
        config["from_the_future"] = JsonNode.Parse("""{"a": [1, null, "ü"], "b": 1e-3}""");
        config["eva_config"] = JsonNode.Parse("""{"rho": 2.0}""");
        JsonFile.Write(ConfigPath, config);

        await Load("it");
        await Model.SaveAdapterAsync("it", Place("again"), Cancellation);

        var again = JsonFile.Read(Path.Combine(Place("again"), AdapterFolder.ConfigFile));
        Assert.True(JsonNode.DeepEquals(config["from_the_future"], again["from_the_future"]));
        Assert.True(JsonNode.DeepEquals(config["eva_config"], again["eva_config"]));
    }

    [Fact]
    public async Task May_have_a_layers_pattern_with_alternatives()
    {
        var text = await Train("it", new Lora { Rank = 4, Layers = [1], LayersPattern = ["(layers|h)"] }, "it");

        await Load("again");

        Assert.Equal(text, await Continue("again"));
        using var file = SafeTensorsFile.Open(TensorPath);
        Assert.All(file.Tensors.Keys, name => Assert.Contains("layers.1.", name, StringComparison.Ordinal));
    }

    private Task Load(string name) => Model.LoadAdapterAsync(name, Place("it"), Cancellation);

    private void Rewrite(Func<string, string> name, Func<Tensor, Tensor> number)
    {
        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(TensorPath);
        var tensors = file.Tensors.Keys.ToDictionary(name, key => number(file.Read(key)).clone());
        SafeTensorsFile.Write(TensorPath, tensors);
    }
}
