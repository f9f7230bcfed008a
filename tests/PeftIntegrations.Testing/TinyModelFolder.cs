using System.Text.Json.Nodes;
using PeftIntegrations.Core;

namespace PeftIntegrations.Testing;

/// <summary>Random models of a few thousand numbers, written as Hugging Face folders with a tokenizer of single bytes.</summary>
public static class TinyModelFolder
{
    /// <summary>Longest text they read, in tokens.</summary>
    public const int Context = 64;

    private const int Hidden = 16, Intermediate = 24, Layers = 2, Heads = 4, KeyValueHeads = 2, HeadDim = 4;
    private const int Begin = 0, End = 1, FirstByte = 2, Vocabulary = FirstByte + 256;

    /// <summary>Writes a Llama that continues any text with printable ASCII, and gives the folder's path.</summary>
    /// <param name="folder">The folder; made if need be.</param>
    /// <param name="config">Changes the configuration after the weights are made.</param>
    /// <param name="tensors">Changes the weights before they are written.</param>
    /// <param name="seed">Another seed is another model.</param>
    public static string WriteLlama(
        string folder, Action<JsonObject>? config = null, Action<Dictionary<string, Tensor>>? tensors = null, int seed = 1)
    {
        TorchRuntime.Load();
        using var scope = NewDisposeScope();
        var (settings, weights) = (Config(), Weights(seed));
        config?.Invoke(settings);
        tensors?.Invoke(weights);

        Directory.CreateDirectory(folder);
        JsonFile.Write(Path.Combine(folder, "config.json"), settings);
        JsonFile.Write(Path.Combine(folder, "tokenizer.json"), Tokenizer());
        JsonFile.Write(Path.Combine(folder, "tokenizer_config.json"), new() { ["bos_token"] = "<s>", ["eos_token"] = "</s>" });
        SafeTensorsFile.Write(Path.Combine(folder, "model.safetensors"), weights, new Dictionary<string, string> { ["format"] = "pt" });
        return folder;
    }

    private static JsonObject Config() => new()
    {
        ["architectures"] = new JsonArray("LlamaForCausalLM"),
        ["model_type"] = "llama",
        ["hidden_size"] = Hidden,
        ["intermediate_size"] = Intermediate,
        ["num_hidden_layers"] = Layers,
        ["num_attention_heads"] = Heads,
        ["num_key_value_heads"] = KeyValueHeads,
        ["head_dim"] = HeadDim,
        ["vocab_size"] = Vocabulary,
        ["max_position_embeddings"] = Context,
        ["rms_norm_eps"] = 1e-5,
        ["bos_token_id"] = Begin,
        ["eos_token_id"] = End,
        ["dtype"] = "float32",
    };

    private static Dictionary<string, Tensor> Weights(int seed)
    {
        using var random = new Generator((ulong)seed);
        var weights = new Dictionary<string, Tensor>
        {
            ["model.embed_tokens.weight"] = randn([Vocabulary, Hidden], generator: random),
            ["model.norm.weight"] = ones(Hidden),
            ["lm_head.weight"] = randn([Vocabulary, Hidden], generator: random),
        };
        weights["lm_head.weight"].narrow(0, 0, FirstByte + ' ').zero_(); // never the best score: only printable ASCII is written
        weights["lm_head.weight"].narrow(0, FirstByte + 127, 129).zero_();
        for (var i = 0; i < Layers; i++)
        {
            foreach (var (name, rows, columns) in Projections)
            {
                weights[$"model.layers.{i}.{name}.weight"] = randn([rows, columns], generator: random) / Math.Sqrt(columns);
            }

            weights[$"model.layers.{i}.input_layernorm.weight"] = ones(Hidden);
            weights[$"model.layers.{i}.post_attention_layernorm.weight"] = ones(Hidden);
        }

        return weights;
    }

    private static IEnumerable<(string Name, long Rows, long Columns)> Projections =>
    [
        ("self_attn.q_proj", Heads * HeadDim, Hidden), ("self_attn.k_proj", KeyValueHeads * HeadDim, Hidden),
        ("self_attn.v_proj", KeyValueHeads * HeadDim, Hidden), ("self_attn.o_proj", Hidden, Heads * HeadDim),
        ("mlp.gate_proj", Intermediate, Hidden), ("mlp.up_proj", Intermediate, Hidden), ("mlp.down_proj", Hidden, Intermediate),
    ];

    private static JsonObject Tokenizer() => new()
    {
        ["added_tokens"] = new JsonArray(Special(Begin, "<s>"), Special(End, "</s>")),
        ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false },
        ["post_processor"] = new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(
                new JsonObject { ["SpecialToken"] = new JsonObject { ["id"] = "<s>", ["type_id"] = 0 } },
                new JsonObject { ["Sequence"] = new JsonObject { ["id"] = "A", ["type_id"] = 0 } }),
            ["pair"] = new JsonArray(),
            ["special_tokens"] = new JsonObject
            {
                ["<s>"] = new JsonObject { ["id"] = "<s>", ["ids"] = new JsonArray(Begin), ["tokens"] = new JsonArray("<s>") },
            },
        },
        ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
        ["model"] = new JsonObject
        {
            ["type"] = "BPE",
            ["vocab"] = new JsonObject(
                ByteLetters().Prepend("</s>").Prepend("<s>").Select((token, id) => KeyValuePair.Create<string, JsonNode?>(token, id))),
            ["merges"] = new JsonArray(),
        },
    };

    private static JsonObject Special(int id, string content) => new() { ["id"] = id, ["content"] = content, ["special"] = true };

    // GPT-2's spelling of bytes: printable Latin-1 stands for itself, the rest moves behind it.
    private static IEnumerable<string> ByteLetters()
    {
        var moved = 256;
        for (var b = 0; b < 256; b++)
        {
            yield return char.ConvertFromUtf32(b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? b : moved++);
        }
    }
}
