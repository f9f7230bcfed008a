using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Methods.Tests;

/// <summary>What LoRA trains beside its own factors: whole layers, biases, rows of the embedding.</summary>
public sealed class WhatIsTrainedBeside : IDisposable
{
    private const string Rows = "base_model.model.model.embed_tokens.token_adapter.trainable_tokens_delta";
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TokenBatch _batch = new(tensor([1L, 5, 9, 5, 3, 2], [2, 3]));

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Is_a_layer_by_name_starting_as_it_is()
    {
        using var model = new TinyModel().Create();
        using var adapter = new Adapter(model, new Lora { ModulesToSave = ["lm_head", "layers.0.self_attn.o_proj"] });
        using var _ = no_grad(); // the frozen model and the trained one by the same operators: more rows than own code multiplies
        var batch = new TokenBatch(arange(12, dtype: ScalarType.Int64, device: CPU).view(3, 4));
        var before = model.Forward(batch);

        adapter.Attach();

        Assert.Contains("base_model.model.lm_head.weight", adapter.Tensors.Keys);
        Assert.Contains("base_model.model.model.layers.0.self_attn.o_proj.bias", adapter.Tensors.Keys);
        Assert.DoesNotContain("base_model.model.model.layers.1.self_attn.o_proj.weight", adapter.Tensors.Keys);
        Assert.Equal(0, Difference.Max(before, model.Forward(batch)));
    }

    [Fact]
    public void Is_every_bias_or_those_of_adapted_layers()
    {
        using var model = new TinyModel().Create();
        using var all = new Adapter(model, new Lora { Bias = BiasTraining.All });
        using var own = new Adapter(model, new Lora { Bias = BiasTraining.AdaptedOnly });

        string[] adapted = ["self_attn.q_proj.base_layer.bias", "self_attn.v_proj.base_layer.bias"];
        Assert.Equal(["self_attn.k_proj.bias", "self_attn.o_proj.bias", .. adapted], Biases(all));
        Assert.Equal(adapted, Biases(own));

        static IEnumerable<string> Biases(Adapter adapter) => adapter.Tensors.Keys
            .Where(key => key.EndsWith("bias", StringComparison.Ordinal))
            .Select(key => key.Replace("base_model.model.model.layers.0.", "", StringComparison.Ordinal))
            .Where(key => key.StartsWith("self_attn", StringComparison.Ordinal));
    }

    [Fact]
    public void Is_a_row_of_the_embedding_and_of_the_head_tied_to_it()
    {
        using var model = new TinyModel { Changes = { ["tie_word_embeddings"] = true } }.Create();
        using var adapter = new Adapter(model, new Lora { TokenIndices = [9, 5] });
        adapter.Attach();
        var (embedding, head) = (model.Embeddings, model.Head.Output!);

        using (no_grad()) adapter.Tensors[Rows].fill_(0.25f);

        Assert.Equal([2L, 32], adapter.Tensors[Rows].shape);
        Assert.All([5L, 9], id => Assert.Equal(0, Difference.Max(full(32, 0.25f), embedding.Folded().Weight[id])));
        Assert.Equal(0, Difference.Max(embedding.Folded().Weight, head.Folded().Weight));
        Assert.Equal(0, Difference.Max(embedding.Read().Weight[3], embedding.Forward(tensor(3L).view(1, 1)).view(-1)));
        Assert.Equal(0, Difference.Max(full(32, 0.25f), embedding.Forward(tensor(9L).view(1, 1)).view(-1)));
    }

    [Fact]
    public void Leaves_an_untied_head_alone()
    {
        using var model = new TinyModel().Create();
        using var adapter = new Adapter(model, new Lora { TokenIndices = [9, 5] });

        Assert.DoesNotContain(adapter.Parts, part => part.Site == model.Head.Output);
    }

    [Fact]
    public void Is_no_token_that_the_model_does_not_have()
    {
        using var model = new TinyModel().Create();

        var e = Assert.Throws<ArgumentException>(() => new Adapter(model, new Lora { TokenIndices = [5, 64] }));

        Assert.Contains("Token 64 cannot be trained: the model's vocabulary has ids 0 to 63.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_not_an_embedding_both_whole_and_in_rows()
    {
        using var model = new TinyModel().Create();
        var both = new Lora { TokenIndices = [5], ModulesToSave = ["embed_tokens"] };

        var e = Assert.Throws<ArgumentException>(() => new Adapter(model, both));

        Assert.Contains("model.embed_tokens is to be trained whole, and rows of it alone", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cannot_be_merged_where_the_model_has_no_place_for_it()
    {
        using var model = new TinyModel().Create();
        using var folder = new TemporaryFolder();
        using var adapter = new Adapter(model, new Lora { Targets = Targets.Names("q_proj", "up_proj"), BiasOfB = true });
        adapter.Attach();

        var e = Assert.Throws<NotSupportedException>(() => ModelFolder.Save(model, folder.Path));

        Assert.Contains("no bias at model.layers.0.mlp.up_proj, model.layers.1.mlp.up_proj", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Is_saved_with_excluded_roles_as_paths()
    {
        using var model = new TinyModel().Create();
        using var folder = new TemporaryFolder();
        using var adapter = new Adapter(model, new Lora { Targets = Targets.AllLinear, Exclude = Targets.Roles(Role.Down, Role.Head) });

        AdapterFolder.Save(adapter, folder.Path);

        var read = AdapterFolder.ReadMethod(folder.Path, new Registry<PeftMethod>(typeof(Lora).Assembly));
        using var again = new Adapter(model, read);
        Assert.Equal(adapter.Tensors.Keys, again.Tensors.Keys);
    }
}
