namespace PeftIntegrations.Core;

/// <summary>A <c>.gguf</c> file (versions 2 and 3), mapped into memory; its tensors are dequantised as they are read.</summary>
public sealed class GgufFile : IDisposable
{
    private static readonly ScalarType[] Targets = [ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float16, ScalarType.Float64];

    private readonly FileStream _file;
    private readonly GgufHeader _header;
    private readonly Lazy<Tensor> _bytes;

    private GgufFile(FileStream file, GgufHeader header)
    {
        (_file, _header) = (file, header);
        _bytes = new Lazy<Tensor>(() => TensorBytes.Map(_file.SafeFileHandle, Path, ScalarType.Byte, 1));
    }

    /// <summary>The file's path.</summary>
    public string Path => _file.Name;

    /// <summary>
    /// What the file says about its model and tokenizer, such as <c>general.architecture</c>: numbers, bools and strings,
    /// and arrays of them (<c>float[]</c>, <c>string[]</c>, …; <c>object[]</c> of arrays).
    /// </summary>
    public IReadOnlyDictionary<string, object> Metadata => _header.Metadata;

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, GgufTensor> Tensors => _header.Tensors;

    /// <summary>Opens <paramref name="path"/> and checks its whole header.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or holds a type of tensor that is not known here.</exception>
    public static GgufFile Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1 << 16);
        try
        {
            return new GgufFile(file, GgufHeader.Read(file, path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The numbers of the tensor <paramref name="name"/>, on the CPU, as <paramref name="dtype"/>: a floating-point type.
    /// </summary>
    /// <exception cref="ArgumentException">The file has no such tensor, or <paramref name="dtype"/> is no floating-point type.</exception>
    public Tensor Read(string name, ScalarType dtype)
    {
        if (!Tensors.TryGetValue(name, out var entry))
        {
            throw new ArgumentException(
                $"{Path} has no tensor '{name}'. It has {Tensors.Count}: "
                + $"{string.Join(", ", Tensors.Keys.Order(StringComparer.Ordinal).Take(10))}, …", nameof(name));
        }

        if (!Targets.Contains(dtype))
        {
            throw new ArgumentException($"A GGUF tensor cannot be read as {dtype}, only as {string.Join(", ", Targets)}.", nameof(dtype));
        }

        TorchRuntime.Load();
        if (entry.Bytes == 0) return empty([.. entry.Shape], dtype, device: CPU);

        using var blocks = _bytes.Value.narrow(0, entry.Begin, entry.Bytes);
        return GgufType.Named(entry.Type).Dequantise(blocks, [.. entry.Shape], dtype);
    }

    /// <summary>The bytes of a matrix of blocks as they are in the file, [rows, bytes of a row]; null for numbers without blocks.</summary>
    public Tensor? ReadBlocks(string name)
    {
        var entry = Tensors[name];
        if (GgufType.Named(entry.Type) is not GgufBlockType || entry.Shape.Count != 2 || entry.Bytes == 0) return null;

        TorchRuntime.Load();
        using var blocks = _bytes.Value.narrow(0, entry.Begin, entry.Bytes);
        return blocks.view(entry.Shape[0], -1);
    }

    /// <summary>Closes the file. Tensors that were read from it live on.</summary>
    public void Dispose()
    {
        if (_bytes.IsValueCreated) _bytes.Value.Dispose();
        _file.Dispose();
    }
}
