using PeftIntegrations.Core;
using PeftIntegrations.Methods;
using static PeftIntegrations.Conformance.PeerCase;

namespace PeftIntegrations.Conformance;

/// <summary>Each option of LoRA and DoRA that is written to files, on models that differ where it matters.</summary>
internal static class PeerCases
{
    private static readonly Targets Embedding = Targets.Names("embed_tokens"), Head = Targets.Names("lm_head");

    public static IReadOnlyDictionary<string, PeerCase> All { get; } = new Dictionary<string, PeerCase>
    {
        ["model"] = new(null),
        ["model-tied"] = new(null) { Model = Tied },
        ["model-plain"] = new(null) { Model = Plain },
        ["model-bf16"] = new(null) { Model = new() { Type = ScalarType.BFloat16 } },
        ["model-classifier"] = new(null) { Model = Classifier },
        ["lora"] = new(new Lora()),
        ["lora-plain"] = new(new Lora()) { Model = Plain },
        ["lora-bf16"] = new(new Lora { Targets = Targets.AllLinear }) { Model = new() { Type = ScalarType.BFloat16 } },
        ["lora-classifier"] = new(new Lora { ModulesToSave = ["score"] }) { Model = Classifier },
        ["lora-sizes"] = new(new Lora { Rank = 3, Alpha = 5.5, Dropout = 0.1 }),
        ["lora-rslora"] = new(new Lora { Rank = 4, RankStabilised = true }),
        ["lora-names"] = new(new Lora { Targets = Targets.Names("q_proj", "mlp.down_proj", "model.layers.1.self_attn.o_proj") }),
        ["lora-regex"] = new(new Lora { Targets = Targets.Pattern(@".*\.1\.(self_attn|mlp)\.(k|up)_proj") }),
        ["lora-all-linear"] = new(new Lora { Targets = Targets.AllLinear }),
        ["lora-roles"] = new(new Lora { Targets = Targets.Roles(Role.Output, Role.Gate) }),
        ["lora-roles-head"] = new(new Lora { Targets = Targets.Roles(Role.Query, Role.Head) }),
        ["lora-exclude"] = new(new Lora { Targets = Targets.AllLinear, Exclude = Targets.Names("v_proj", "layers.0.mlp.up_proj") }),
        ["lora-exclude-regex"] = new(new Lora { Targets = Targets.AllLinear, Exclude = Targets.Pattern(@".*\.mlp\..*") }),
        ["lora-exclude-roles"] = new(new Lora { Targets = Targets.AllLinear, Exclude = Targets.Roles(Role.Down, Role.Key) }),
        ["lora-layers"] = new(new Lora { Layers = [1] }),
        ["lora-layers-pattern"] = new(new Lora { Targets = Targets.Names("q_proj", "up_proj"), Layers = [0], LayersPattern = ["layers"] }),
        ["lora-all-linear-layers"] = new(new Lora { Targets = Targets.AllLinear, Layers = [0] }),
        ["lora-patterns"] = new(new Lora
        {
            RankPattern = new Dictionary<string, int> { ["layers.0.self_attn.q_proj"] = 2, ["q_proj"] = 4 },
            AlphaPattern = new Dictionary<string, double> { [@".*\.1\..*"] = 3, ["v_proj"] = 7.5 },
        }),
        ["lora-patterns-rslora"] = new(new Lora
        {
            RankStabilised = true,
            RankPattern = new Dictionary<string, int> { ["v_proj"] = 2 },
            AlphaPattern = new Dictionary<string, double> { ["v_proj"] = 3 },
        }),
        ["lora-bias-of-b"] = new(new Lora { BiasOfB = true }),
        ["lora-bias-of-b-without-bias"] = new(new Lora { BiasOfB = true, Targets = Targets.AllLinear }) { Merges = false },
        ["lora-bias-all"] = new(new Lora { Bias = BiasTraining.All }),
        ["lora-bias-all-mlp"] = new(new Lora { Bias = BiasTraining.All, Targets = Targets.Names("up_proj", "o_proj") }) { Model = Biased },
        ["lora-bias-only"] = new(new Lora { Bias = BiasTraining.AdaptedOnly }),
        ["lora-start-random"] = new(new Lora { Start = new RandomStart() }),
        ["lora-start-gaussian"] = new(new Lora { Start = new GaussianStart() }),
        ["lora-start-orthogonal"] = new(new Lora { Start = new OrthogonalStart() }),
        ["lora-embedding"] = new(new Lora { Targets = Embedding }),
        ["lora-embedding-tied"] = new(new Lora { Targets = Embedding }) { Model = Tied, PeftMerges = false },
        ["lora-embedding-gaussian"] = new(new Lora { Targets = Targets.Names("embed_tokens", "q_proj"), Start = new GaussianStart() }),
        ["lora-head"] = new(new Lora { Targets = Head }),
        ["lora-head-tied"] = new(new Lora { Targets = Targets.Names("lm_head", "q_proj") }) { Model = Tied, PeftMerges = false },
        ["lora-embedding-head"] = new(new Lora { Targets = Targets.Names("embed_tokens", "lm_head", "v_proj") }),
        ["lora-saved-head"] = new(new Lora { ModulesToSave = ["lm_head"] }),
        ["lora-saved-embedding"] = new(new Lora { ModulesToSave = ["embed_tokens"] }),
        ["lora-saved-embedding-tied"] = new(new Lora { ModulesToSave = ["embed_tokens"] }) { Model = Tied },
        ["lora-saved-head-tied"] = new(new Lora { ModulesToSave = ["lm_head"] }) { Model = Tied },
        ["lora-saved-norm"] = new(new Lora { ModulesToSave = ["model.norm", "layers.0.self_attn.o_proj"] }),
        ["lora-tokens"] = new(new Lora { TokenIndices = [9, 5] }),
        ["lora-tokens-tied"] = new(new Lora { TokenIndices = [9, 5] }) { Model = Tied },
        ["lora-tokens-head"] = new(new Lora { TokenIndices = [9, 5], Targets = Targets.Names("lm_head", "q_proj") }),
        ["dora"] = new(new Dora()),
        ["dora-bf16"] = new(new Dora()) { Model = new() { Type = ScalarType.BFloat16 } },
        ["dora-rslora"] = new(new Dora { Rank = 4, RankStabilised = true, Dropout = 0.2 }),
        ["dora-all-linear"] = new(new Dora { Targets = Targets.AllLinear }),
        ["dora-embedding"] = new(new Dora { Targets = Targets.Names("embed_tokens", "q_proj") }),
        ["dora-head"] = new(new Dora { Targets = Head }),
        ["dora-bias-all"] = new(new Dora { Bias = BiasTraining.All }),
        ["dora-saved-head"] = new(new Dora { ModulesToSave = ["lm_head"] }),
        ["dora-tokens"] = new(new Dora { TokenIndices = [1, 2] }),
        ["dora-classifier"] = new(new Dora { ModulesToSave = ["score"] }) { Model = Classifier },
    };
}
