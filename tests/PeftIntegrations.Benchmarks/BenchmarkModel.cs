using PeftIntegrations.Core;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>
/// A random Llama of 12.5 million numbers: it starts at once, and yet libtorch, not the calls to it, takes most of the time.
/// </summary>
internal static class BenchmarkModel
{
    public static PretrainedModel Create(ScalarType type) => new TinyModel
    {
        Type = type,
        Changes =
        {
            ["hidden_size"] = 384,
            ["intermediate_size"] = 1024,
            ["num_hidden_layers"] = 6,
            ["num_attention_heads"] = 6,
            ["num_key_value_heads"] = 2,
            ["head_dim"] = 64,
            ["vocab_size"] = 4096,
            ["max_position_embeddings"] = 1024,
            ["attention_bias"] = false,
        },
    }.Create();

    public static TokenBatch Batch(long rows, long length)
    {
        using var scope = NewDisposeScope();
        return new(randint(4096, [rows, length], dtype: ScalarType.Int64).DetachFromDisposeScope());
    }
}
