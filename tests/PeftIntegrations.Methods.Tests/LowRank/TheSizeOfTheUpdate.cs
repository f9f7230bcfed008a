using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Methods.Tests;

/// <summary>With A and B all ones every number of ΔW = s·B·A is s·r: α without stabilisation, α·√r with it.</summary>
public sealed class TheSizeOfTheUpdate : IDisposable
{
    private readonly PretrainedModel _model = new TinyModel().Create();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Is_alpha_whatever_the_rank()
    {
        var method = new Lora { Rank = 4, Alpha = 3 };

        Assert.All(Updates(method).Values, update => Assert.Equal((4, 3.0), update));
    }

    [Fact]
    public void Grows_with_the_root_of_the_rank_where_it_is_stabilised()
    {
        var method = new Lora { Rank = 4, Alpha = 3, RankStabilised = true };

        Assert.All(Updates(method).Values, update => Assert.Equal((4, 6.0), update));
    }

    [Fact]
    public void Follows_the_first_pattern_that_matches()
    {
        var method = new Lora
        {
            RankPattern = new Dictionary<string, int> { ["layers.0.self_attn.q_proj"] = 2, ["q_proj"] = 4, [@".*\.1\..*"] = 6 },
            AlphaPattern = new Dictionary<string, double> { ["v_proj"] = 5, [@".*\.0\..*"] = 7 },
        };

        var updates = Updates(method);

        Assert.Equal((2, 7.0), updates["model.layers.0.self_attn.q_proj"]);
        Assert.Equal((8, 5.0), updates["model.layers.0.self_attn.v_proj"]);
        Assert.Equal((4, 16.0), updates["model.layers.1.self_attn.q_proj"]);
        Assert.Equal((6, 5.0), updates["model.layers.1.self_attn.v_proj"]);
    }

    [Fact]
    public void Is_stabilised_by_the_rank_of_the_layer()
    {
        var method = new Lora
        {
            Alpha = 2,
            RankStabilised = true,
            RankPattern = new Dictionary<string, int> { ["v_proj"] = 9 },
            AlphaPattern = new Dictionary<string, double> { ["v_proj"] = 1 },
        };

        Assert.Equal((9, 3.0), Updates(method)["model.layers.0.self_attn.v_proj"]);
    }

    /// <summary>Rank, and the number all over ΔW, of each adapted layer.</summary>
    private Dictionary<string, (int Rank, double Number)> Updates(Lora method)
    {
        using var adapter = new Adapter(_model, method);
        using var _ = no_grad();
        foreach (var tensor in adapter.Trainable) tensor.fill_(1);
        adapter.Attach();
        try
        {
            return adapter.Parts.ToDictionary(part => part.Site.Path, part => (Rank(part.Patches), Number((AffineSite)part.Site)));
        }
        finally
        {
            adapter.Detach();
        }
    }

    private static int Rank(IReadOnlyList<Patch> patches) =>
        (int)patches.SelectMany(patch => patch.Tensors).Single(t => t.Name == "lora_A.weight").Tensor.shape[0];

    private static double Number(AffineSite site) =>
        Math.Round((site.Folded().Weight - site.Read().Weight).mean().to(ScalarType.Float64).item<double>(), 4);
}
