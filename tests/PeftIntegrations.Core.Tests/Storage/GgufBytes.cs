using System.Text;

namespace PeftIntegrations.Core.Tests;

/// <summary>Builds GGUF files byte by byte, right or wrong.</summary>
internal sealed class GgufBytes
{
    private readonly List<byte[]> _metadata = [];
    private readonly List<byte[]> _tensors = [];

    public uint Magic { get; init; } = 0x46554747;

    public uint Version { get; init; } = 3;

    public uint Alignment { get; init; } = 32;

    public ulong? TensorCount { get; init; }

    public ulong? MetadataCount { get; init; }

    public byte[] Content { get; init; } = [];

    public static byte[] Text(string text) =>
        [.. BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public GgufBytes With(string key, uint type, params byte[] value)
    {
        _metadata.Add([.. Text(key), .. BitConverter.GetBytes(type), .. value]);
        return this;
    }

    public GgufBytes Tensor(string name, uint type, ulong offset, params ulong[] sizes)
    {
        _tensors.Add(
        [
            .. Text(name), .. BitConverter.GetBytes(sizes.Length), .. sizes.SelectMany(BitConverter.GetBytes),
            .. BitConverter.GetBytes(type), .. BitConverter.GetBytes(offset),
        ]);
        return this;
    }

    public byte[] Build()
    {
        List<byte> file =
        [
            .. BitConverter.GetBytes(Magic), .. BitConverter.GetBytes(Version),
            .. BitConverter.GetBytes(TensorCount ?? (ulong)_tensors.Count),
            .. BitConverter.GetBytes(MetadataCount ?? (ulong)_metadata.Count),
            .. _metadata.SelectMany(bytes => bytes), .. _tensors.SelectMany(bytes => bytes),
        ];
        while (file.Count % Alignment != 0) file.Add(0);
        return [.. file, .. Content];
    }
}
