using System.Text.Json.Nodes;

namespace PeftIntegrations.Models;

/// <summary>
/// A GGUF file in Hugging Face's words: metadata as a configuration, tensor names and orders translated, numbers dequantised as they are
/// read.
/// </summary>
internal sealed class GgufCheckpoint : Checkpoint
{
    private const string Layer = "blk.";

    /// <summary>Names outside the layers, then inside them; the same for all llama-like decoders.</summary>
    private static readonly (string Gguf, string HuggingFace)[] Spellings =
    [
        ("token_embd", "model.embed_tokens"), ("output_norm", "model.norm"), ("output", "lm_head"),
        ("attn_norm", "input_layernorm"), ("attn_q", "self_attn.q_proj"), ("attn_k", "self_attn.k_proj"), ("attn_v", "self_attn.v_proj"),
        ("attn_output", "self_attn.o_proj"), ("ffn_norm", "post_attention_layernorm"), ("ffn_gate", "mlp.gate_proj"),
        ("ffn_up", "mlp.up_proj"), ("ffn_down", "mlp.down_proj"),
    ];

    private readonly GgufFile _file;
    private readonly Dictionary<string, string> _ggufName = new(StringComparer.Ordinal);
    private readonly string _architecture;

    public GgufCheckpoint(string path)
    {
        _file = GgufFile.Open(path);
        try
        {
            _architecture = Find("general.architecture")?.ToString()
                ?? throw new InvalidDataException($"{path} does not name its architecture (general.architecture).");
            foreach (var name in _file.Tensors.Keys)
            {
                if (!_ggufName
                    .TryAdd(Translate(name), name))
                {
                    throw new InvalidDataException($"{path} has two tensors that mean {Translate(name)}.");
                }
            }

            Config = (JsonObject)JsonNode.Parse(ReadConfig().ToJsonString())!; // read from JSON, a number fits every type that can hold it
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public override string Source => _file.Path;

    public override JsonObject Config { get; }

    public override IReadOnlyCollection<string> Names => _ggufName.Keys;

    public override IReadOnlyList<long>? ShapeOf(string name) =>
        _ggufName.TryGetValue(name, out var gguf) ? _file.Tensors[gguf].Shape : null;

    public override ScalarType? TypeOf(string name) => _ggufName.TryGetValue(name, out var gguf) ? _file.Tensors[gguf].Type switch
    {
        "F32" => ScalarType.Float32,
        "F16" => ScalarType.Float16,
        "BF16" => ScalarType.BFloat16,
        _ => null,
    } : null;

    public override Tensor Read(string name, ScalarType type)
    {
        var stored = _file.Read(_ggufName[name], type);
        return InOrder(name, stored);
    }

    /// <inheritdoc/>
    public override FrozenWeight Weight(string name, ScalarType type, Device device)
    {
        var gguf = _ggufName[name];
        return device.type == DeviceType.CPU && _file.ReadBlocks(gguf) is { } blocks
            ? new GgufWeight(_file.Tensors[gguf].Type, InOrder(name, blocks).DetachFromDisposeScope(), type)
            : base.Weight(name, type, device);
    }

    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>The rows of a tensor, be they numbers or blocks, in Hugging Face's order.</summary>
    private Tensor InOrder(string name, Tensor stored)
    {
        // only llama's converter interleaves the halves that rotate against each other
        var heads = _architecture != "llama" ? null : name switch
        {
            _ when name.Contains(".q_proj.", StringComparison.Ordinal) => Config["num_attention_heads"],
            _ when name.Contains(".k_proj.", StringComparison.Ordinal) => Config["num_key_value_heads"],
            _ => null,
        };
        if (heads is null) return stored;

        using (stored) return Halved(stored, heads.GetValue<long>());
    }

    /// <summary>Rows of each head from (pair, half) order to (half, pair) order.</summary>
    private static Tensor Halved(Tensor rows, long heads)
    {
        using var scope = NewDisposeScope();
        var (count, rest) = (rows.shape[0], rows.shape[1..]);
        return rows.reshape([heads, count / heads / 2, 2, .. rest]).transpose(1, 2).reshape([count, .. rest]).MoveToOuterDisposeScope();
    }

    private static string Translate(string gguf)
    {
        var parts = gguf.Split('.');
        var inLayer = gguf.StartsWith(Layer, StringComparison.Ordinal) && parts.Length == 4;
        var stem = inLayer ? parts[2] : parts[0];
        var known = Spellings.FirstOrDefault(spelling => spelling.Gguf == stem).HuggingFace;
        return known is null ? gguf : inLayer ? $"model.layers.{parts[1]}.{known}.{parts[3]}" : $"{known}.{parts[^1]}";
    }

    private JsonObject ReadConfig()
    {
        var heads = Number("attention.head_count");
        var hidden = Number("embedding_length");
        var config = new JsonObject
        {
            ["architectures"] = new JsonArray(_architecture == "llama" ? "LlamaForCausalLM" : _architecture),
            ["model_type"] = _architecture,
            ["hidden_size"] = hidden,
            ["num_hidden_layers"] = Number("block_count"),
            ["num_attention_heads"] = heads,
            ["num_key_value_heads"] = Find($"{_architecture}.attention.head_count_kv") is null ? heads : Number("attention.head_count_kv"),
            ["head_dim"] = Find($"{_architecture}.attention.key_length") is null ? hidden / Math.Max(1, heads)
                : Number("attention.key_length"),
            ["intermediate_size"] = Number("feed_forward_length"),
            ["max_position_embeddings"] = Number("context_length"),
            ["rms_norm_eps"] = Fraction("attention.layer_norm_rms_epsilon") ?? 1e-6,
            ["vocab_size"] = ShapeOf("model.embed_tokens.weight")?[0] ?? Number("vocab_size"),
            ["tie_word_embeddings"] = !_ggufName.ContainsKey("lm_head.weight"),
            ["rope_parameters"] = Rope(),
            ["hidden_act"] = "silu",
        };
        foreach (var token in new[] { "bos", "eos" })
        {
            config[$"{token}_token_id"] = Find($"tokenizer.ggml.{token}_token_id") is { } id
            ? Convert.ToInt64(id, null) : null;
        }

        config["pad_token_id"] = Find("tokenizer.ggml.padding_token_id") is { } pad ? Convert.ToInt64(pad, null) : null;
        return config;
    }

    private JsonObject Rope()
    {
        var rope = new JsonObject { ["rope_theta"] = Fraction("rope.freq_base") ?? 10_000 };
        var type = Find($"{_architecture}.rope.scaling.type")?.ToString();
        rope["rope_type"] = type is null or "none" ? "default" : type;
        if (Fraction("rope.scaling.factor") is { } factor) rope["factor"] = factor;
        if (Fraction("rope.scaling.original_context_length") is { } original) rope["original_max_position_embeddings"] = original;
        return rope;
    }

    private object? Find(string key) => _file.Metadata.GetValueOrDefault(key);

    private long Number(string key) => Find($"{_architecture}.{key}") switch
    {
        byte or sbyte or short or ushort or int or uint or long or (ulong and <= long.MaxValue) =>
            Convert.ToInt64(Find($"{_architecture}.{key}"), null),
        null => throw new InvalidDataException(
            $"{Source} has no {_architecture}.{key} in its metadata, and a model cannot be built without it."),
        var other => throw new InvalidDataException(
            $"{Source} has {other} ({other.GetType().Name}) as {_architecture}.{key}; it must be a whole number that fits 63 bits."),
    };

    private double? Fraction(string key) =>
        Find($"{_architecture}.{key}") is float or double ? Convert.ToDouble(Find($"{_architecture}.{key}"), null) : null;
}
