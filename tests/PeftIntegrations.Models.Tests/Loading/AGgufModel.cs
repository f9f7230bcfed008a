using System.Text;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Models.Tests;

public sealed class AGgufModel : IDisposable
{
    private static readonly string[] SizeKeys =
        ["attention.head_count", "embedding_length", "block_count", "feed_forward_length", "context_length", "vocab_size"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_an_architecture_is_refused() => Refuses([], "general.architecture");

    [Fact]
    public void Without_its_sizes_is_refused() => Refuses([Architecture], "llama.attention.head_count", "metadata");

    [Fact]
    public void With_a_size_that_is_no_whole_number_is_refused() =>
        Refuses([Architecture, Text("llama.attention.head_count", 8, String("many"))], "llama.attention.head_count", "whole number");

    [Fact]
    public void With_a_size_beyond_all_numbers_is_refused() =>
        Refuses([Architecture, Text("llama.attention.head_count", 10, BitConverter.GetBytes(ulong.MaxValue))], "63 bits");

    [Fact]
    public void Of_an_unknown_architecture_is_refused_with_the_known_ones() =>
        Refuses([Text("general.architecture", 8, String("mamba")), .. Sizes("mamba")], "'mamba'", "Known: bert, llama");

    [Fact]
    public void Without_its_tensors_is_refused_with_all_of_them() =>
        Refuses([Architecture, .. Sizes("llama")], "model.embed_tokens.weight is missing", "model.norm.weight is missing");

    private static byte[] Architecture => Text("general.architecture", 8, String("llama"));

    private static IEnumerable<byte[]> Sizes(string architecture) =>
        SizeKeys.Select(name => Text($"{architecture}.{name}", 4, BitConverter.GetBytes(name == "embedding_length" ? 4u : 2u)));

    private static byte[] String(string text) => [.. BitConverter.GetBytes((ulong)text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Text(string key, uint type, byte[] value) => [.. String(key), .. BitConverter.GetBytes(type), .. value];

    private void Refuses(byte[][] metadata, params string[] told)
    {
        byte[] counts = [.. BitConverter.GetBytes(3u), .. BitConverter.GetBytes(0UL), .. BitConverter.GetBytes((ulong)metadata.Length)];
        byte[] file = [.. "GGUF"u8, .. counts, .. metadata.SelectMany(b => b)];
        Array.Resize(ref file, (file.Length + 31) / 32 * 32);
        var path = _folder.Write("model.gguf", file);

        var e = Assert.Throws<InvalidDataException>(() => Pretrained.Load(path));

        Assert.Contains(path, e.Message, StringComparison.Ordinal);
        Assert.All(told, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }
}
