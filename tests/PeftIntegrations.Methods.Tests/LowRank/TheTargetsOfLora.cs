using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Methods.Tests;

public sealed class TheTargetsOfLora : IDisposable
{
    private const string Layer = "model.layers.";
    private static readonly string[] InBoth = ["0", "1"];
    private readonly PretrainedModel _model = new TinyModel().Create();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Are_query_and_value_by_default() => AssertAdapted(new Lora(), Everywhere("self_attn.q_proj", "self_attn.v_proj"));

    [Fact]
    public void May_be_the_ends_of_paths() => AssertAdapted(
        new Lora { Targets = Targets.Names("k_proj", "mlp.up_proj", "model.layers.1.mlp.down_proj") },
        [.. Everywhere("self_attn.k_proj", "mlp.up_proj"), "model.layers.1.mlp.down_proj"]);

    [Fact]
    public void Are_no_ends_of_words() => AssertAdapted(
        new Lora { Targets = Targets.Names("proj", "_proj", "q_proj") }, Everywhere("self_attn.q_proj"));

    [Fact]
    public void May_be_a_pattern_of_the_whole_path() => AssertAdapted(
        new Lora { Targets = Targets.Pattern(@".*\.0\..*(gate|up)_proj|model\.layers\.1\.self_attn\.q_proj") },
        ["model.layers.0.mlp.gate_proj", "model.layers.0.mlp.up_proj", "model.layers.1.self_attn.q_proj"]);

    [Fact]
    public void Do_not_match_a_pattern_in_part() =>
        Assert.Throws<ArgumentException>(() => new Adapter(_model, new Lora { Targets = Targets.Pattern("q_proj") }));

    [Fact]
    public void May_be_all_linear_layers_but_the_head()
    {
        var projections = _model.Sites.OfType<Projection>().Where(site => site.Role != Role.Head).Select(site => site.Path).ToArray();

        Assert.Equal(14, projections.Length);
        AssertAdapted(new Lora { Targets = Targets.AllLinear }, projections);
    }

    [Fact]
    public void May_be_roles() => AssertAdapted(
        new Lora { Targets = Targets.Roles(Role.Output, Role.Head, Role.Embedding) },
        [.. Everywhere("self_attn.o_proj"), "lm_head", "model.embed_tokens"]);

    [Fact]
    public void May_exclude_some() => AssertAdapted(
        new Lora { Targets = Targets.AllLinear, Exclude = Targets.Pattern(@".*\.(mlp|0)\..*") },
        [.. "qkvo".Select(name => $"{Layer}1.self_attn.{name}_proj")]);

    [Fact]
    public void May_be_of_some_layers_only() =>
        AssertAdapted(new Lora { Layers = [1, 7] }, ["model.layers.1.self_attn.q_proj", "model.layers.1.self_attn.v_proj"]);

    [Fact]
    public void Find_layer_numbers_where_the_pattern_says() => AssertAdapted(
        new Lora { Targets = Targets.Names("q_proj"), Layers = [0], LayersPattern = ["h", "layers"] }, ["model.layers.0.self_attn.q_proj"]);

    [Fact]
    public void Leave_out_what_has_no_layer_number() => AssertAdapted(
        new Lora { Targets = Targets.Names("lm_head", "q_proj"), Layers = [0] }, ["model.layers.0.self_attn.q_proj"]);

    [Fact]
    public void Leave_out_what_is_saved_whole()
    {
        using var adapter = new Adapter(_model, new Lora { Targets = Targets.Names("lm_head", "q_proj"), ModulesToSave = ["lm_head"] });

        Assert.Contains("base_model.model.lm_head.weight", adapter.Tensors.Keys);
        Assert.DoesNotContain("base_model.model.lm_head.lora_A.weight", adapter.Tensors.Keys);
    }

    private static string[] Everywhere(params string[] names) =>
        [.. from layer in InBoth from name in names select $"{Layer}{layer}.{name}"];

    private void AssertAdapted(Lora method, string[] paths)
    {
        using var adapter = new Adapter(_model, method);

        Assert.Equal(paths.Order(StringComparer.Ordinal), adapter.Parts.Select(part => part.Site.Path).Order(StringComparer.Ordinal));
    }
}
