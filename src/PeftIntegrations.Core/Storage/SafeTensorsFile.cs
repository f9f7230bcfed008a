using Microsoft.Win32.SafeHandles;

namespace PeftIntegrations.Core;

/// <summary>
/// A <c>.safetensors</c> file. Reading maps it into memory and copies nothing: tensors start at once, and processes share their pages.
/// Writing gives the layout of the reference writer.
/// </summary>
/// <remarks>A tensor that was read may be changed in place; the file does not see it. Tensors outlive the file object.</remarks>
public sealed class SafeTensorsFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly SafeTensorsHeader _header;
    private readonly Dictionary<ScalarType, Tensor> _maps = [];
    private readonly Lock _gate = new();

    private SafeTensorsFile(string path, SafeFileHandle file, SafeTensorsHeader header) => (Path, _file, _header) = (path, file, header);

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafeTensorsEntry> Tensors => _header.Tensors;

    /// <summary>The free text beside them, such as <c>format</c> = <c>pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens <paramref name="path"/> and checks its whole header.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is damaged; the message lists everything that is wrong with it.</exception>
    public static SafeTensorsFile Open(string path)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.RandomAccess);
        try
        {
            return new SafeTensorsFile(path, file, SafeTensorsHeader.Read(file, path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The tensor <paramref name="name"/>, on the CPU and in the file's own type.</summary>
    /// <exception cref="ArgumentException">The file has no such tensor.</exception>
    /// <exception cref="InvalidDataException">torch has no such element type.</exception>
    public Tensor Read(string name)
    {
        if (!Tensors.TryGetValue(name, out var entry))
        {
            throw new ArgumentException(
                $"{Path} has no tensor '{name}'. It has {Tensors.Count}: "
                + $"{string.Join(", ", Tensors.Keys.Order(StringComparer.Ordinal).Take(10))}, …", nameof(name));
        }

        var dtype = SafeTensorsTypes.Torch(entry.DType) ?? throw new InvalidDataException(
            $"{Path}: tensor '{name}' is {entry.DType}, which TorchSharp does not have. Convert the file to F32, BF16 or F16.");
        TorchRuntime.Load();
        long[] shape = [.. entry.Shape];
        if (entry.Bytes == 0) return empty(shape, dtype, device: CPU);

        var size = SafeTensorsTypes.Bits(entry.DType)!.Value / 8;
        if (entry.Begin % size != 0) return Copied(entry, shape, dtype);

        using var part = Mapped(dtype, size).narrow(0, entry.Begin / size, entry.Bytes / size);
        return part.view(shape);
    }

    /// <summary>Writes <paramref name="tensors"/>, which may be of any device and layout, in place of <paramref name="path"/>.</summary>
    /// <exception cref="ArgumentException">The format has no such element type.</exception>
    /// <exception cref="IOException">The file cannot be written; an older one is as it was.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var writer = new SafeTensorsWriter(tensors, metadata ?? new Dictionary<string, string>());
        AtomicFile.Write(path, writer.WriteTo);
    }

    /// <summary>Writes what a file of these tensors holds.</summary>
    /// <exception cref="ArgumentException">The format has no such element type.</exception>
    public static void Write(
        Stream target, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        new SafeTensorsWriter(tensors, metadata ?? new Dictionary<string, string>()).WriteTo(target);

    /// <summary>Closes the file. Tensors that were read from it live on.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var map in _maps.Values) map.Dispose();
            _maps.Clear();
            _file.Dispose();
        }
    }

    // One mapping of the whole file for each element type.
    private Tensor Mapped(ScalarType dtype, int size)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_file.IsClosed, this);
            if (_maps.TryGetValue(dtype, out var map)) return map;

            return _maps[dtype] = TensorBytes.Map(_file, Path, dtype, size);
        }
    }

    // Bytes that do not lie at a multiple of their element's size cannot be mapped.
    private Tensor Copied(SafeTensorsEntry entry, long[] shape, ScalarType dtype)
    {
        var tensor = empty(shape, dtype, device: CPU);
        TensorBytes.Visit(tensor, (bytes, offset) => SafeTensorsHeader.Fill(_file, bytes, entry.Begin + offset, Path));
        return tensor;
    }
}
