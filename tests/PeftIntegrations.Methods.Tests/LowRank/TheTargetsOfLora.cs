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

    [Theory]
    [InlineData("qproj,vproj", "Do you mean q_proj for qproj, v_proj for vproj?")]
    [InlineData("self_attn.q_prj", "Do you mean q_proj for q_prj?")]
    [InlineData("query,dwon_proj,zzz", "Do you mean q_proj for query, down_proj for dwon_proj?")]
    [InlineData("Q_PROJ", "Do you mean q_proj for Q_PROJ?")]
    public void That_are_not_there_are_answered_with_the_nearest(string names, string told) => AssertRefused(
        new Lora { Targets = Targets.Names(names.Split(',')) },
        $"targets [{names.Replace(",", ", ", StringComparison.Ordinal)}], and this model has [",
        told);

    [Fact]
    public void That_nothing_resembles_are_answered_with_all_there_are() => Assert.EndsWith(
        "and this model has [embed_tokens, input_layernorm, q_proj, k_proj, v_proj, o_proj, post_attention_layernorm, gate_proj, up_proj, "
            + "down_proj, norm, lm_head].",
        AssertRefused(new Lora { Targets = Targets.Names("c_attn") }),
        StringComparison.Ordinal);

    [Fact]
    public void Of_a_pattern_that_fits_no_whole_path_are_answered_with_one() => AssertRefused(
        new Lora { Targets = Targets.Pattern(@"layers\.\d+\..*q_prj") },
        @"targets [pattern layers\.\d+\..*q_prj]",
        "A pattern matches a whole path, such as model.layers.0.self_attn.q_proj.",
        "Do you mean q_proj for q_prj?");

    [Fact]
    public void Of_roles_that_the_model_lacks_are_answered_with_its_roles() => AssertRefused(
        new Lora { Targets = Targets.Roles(Role.QueryKeyValue) }, "targets [QueryKeyValue]", "Query, Key, Value");

    [Fact]
    public void Of_layers_beyond_the_last_are_answered_with_the_layers() =>
        AssertRefused(new Lora { Layers = [7, 8] }, "targets [its default]", "Layers narrows it to 7, 8, and the layers are 0 to 1.");

    [Fact]
    public void That_are_all_excluded_are_answered_with_what_excludes_them() => AssertRefused(
        new Lora { Targets = Targets.Names("q_proj"), Exclude = Targets.AllLinear }, "Exclude leaves out [all-linear].");

    [Fact]
    public void That_another_method_is_made_for_are_answered_with_its_own() => AssertRefused(
        new Houlsby { TrainsNorms = false, Targets = Targets.Names("q_proj") },
        "Houlsby cannot adapt [q_proj]: it is made for [AttentionBlock, MlpBlock]. Leave Targets null");

    private static string[] Everywhere(params string[] names) =>
        [.. from layer in InBoth from name in names select $"{Layer}{layer}.{name}"];

    private void AssertAdapted(Lora method, string[] paths)
    {
        using var adapter = new Adapter(_model, method);

        Assert.Equal(paths.Order(StringComparer.Ordinal), adapter.Parts.Select(part => part.Site.Path).Order(StringComparer.Ordinal));
    }

    private string AssertRefused(PeftMethod method, params string[] told)
    {
        var e = Assert.Throws<ArgumentException>(() => new Adapter(_model, method));

        Assert.All(told, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
        return e.Message.Replace(" (Parameter 'Method')", "", StringComparison.Ordinal);
    }
}
