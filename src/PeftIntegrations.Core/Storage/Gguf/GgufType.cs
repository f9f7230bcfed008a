using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PeftIntegrations.Core;

/// <summary>A way to store numbers in GGUF files, under the name that <see cref="RegisteredAsAttribute"/> gives it.</summary>
/// <param name="id">The number that files write for it.</param>
/// <param name="elements">How many numbers a block has.</param>
/// <param name="bytes">How many bytes a block has.</param>
internal abstract class GgufType(uint id, int elements, int bytes)
{
    private const int ElementsAtOnce = 1 << 15; // torch converts no more than that without threads of its own

    private static readonly Registry<GgufType> Registered = new(typeof(GgufType).Assembly);
    private static readonly Dictionary<string, GgufType> ByName =
        Registered.Names.ToDictionary(name => name, name => Registered.Create(name));
    private static readonly Dictionary<uint, GgufType> ById = ByName.Values.ToDictionary(type => type.Id);

    /// <summary>The number that files write for it.</summary>
    public uint Id { get; } = id;

    /// <summary>How many numbers a block has.</summary>
    public int Elements { get; } = elements;

    /// <summary>How many bytes a block has.</summary>
    public int Bytes { get; } = bytes;

    /// <summary>The registered name.</summary>
    public string Name => ByName.First(pair => pair.Value == this).Key;

    /// <summary>The names and numbers of all types.</summary>
    public static string Known => string.Join(", ", ById.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value.Name} ({pair.Key})"));

    /// <summary>The type that files write as <paramref name="id"/>; null if there is none.</summary>
    public static GgufType? WithId(uint id) => ById.GetValueOrDefault(id);

    /// <summary>The type registered as <paramref name="name"/>.</summary>
    public static GgufType Named(string name) => ByName[name];

    /// <summary>Decodes whole blocks into as many numbers as they hold.</summary>
    public abstract void Decode(ReadOnlySpan<byte> blocks, Span<float> values);

    /// <summary>The numbers of whole blocks in memory, as a new tensor.</summary>
    /// <param name="blocks">Their bytes, contiguous on the CPU.</param>
    /// <param name="shape">Of as many numbers as they hold.</param>
    /// <param name="dtype">A floating-point type.</param>
    public Tensor Dequantise(Tensor blocks, long[] shape, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var (values, bytes) = (empty(shape, dtype, device: CPU), blocks.view(-1));
        var flat = values.view(-1);
        var (total, atOnce) = (values.numel() / Elements, ElementsAtOnce / Elements);
        Parallel.For(0, (total + atOnce - 1) / atOnce, i =>
        {
            using var part = NewDisposeScope(); // the views and the copy of one part
            var count = Math.Min(atOnce, total - i * atOnce);
            Decode(bytes.narrow(0, i * atOnce * Bytes, count * Bytes), flat.narrow(0, i * atOnce * Elements, count * Elements));
        });
        return values.MoveToOuterDisposeScope();
    }

    private void Decode(Tensor blocks, Tensor values)
    {
        var decoded = values.dtype == ScalarType.Float32 ? values : empty(values.shape, ScalarType.Float32, device: CPU);
        Decode(blocks.bytes, MemoryMarshal.Cast<byte, float>(decoded.bytes));
        if (values.dtype != ScalarType.Float32) values.copy_(decoded);
    }

    /// <summary>The half-precision number at the start of <paramref name="bytes"/>.</summary>
    protected static float Half(ReadOnlySpan<byte> bytes) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);
}
