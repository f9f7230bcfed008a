using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace PeftIntegrations.Core;

/// <summary>Reads GGUF's values one after another, and allocates nothing that the rest of the file could not fill.</summary>
internal sealed class GgufCursor(Stream file, string path)
{
    private const uint ArrayType = 9;
    private const int MaxNesting = 8;

    /// <summary>The file's path.</summary>
    public string Path { get; } = path;

    /// <summary>The file's length.</summary>
    public long Length { get; } = file.Length;

    /// <summary>Where the next value is.</summary>
    public long Position { get; private set; }

    /// <summary>One number.</summary>
    public T Number<T>() where T : unmanaged
    {
        Span<byte> bytes = stackalloc byte[Unsafe.SizeOf<T>()];
        Fill(bytes);
        return MemoryMarshal.Read<T>(bytes);
    }

    /// <summary><paramref name="count"/> numbers.</summary>
    public T[] Numbers<T>(long count) where T : unmanaged
    {
        var numbers = new T[count];
        Fill(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }

    /// <summary>A string.</summary>
    public string Text() => Encoding.UTF8.GetString(Numbers<byte>(Count("bytes in a string", sizeof(byte))));

    /// <summary>A number of things that take at least <paramref name="size"/> bytes each.</summary>
    /// <exception cref="InvalidDataException">The rest of the file is too short for them.</exception>
    public long Count(string things, int size)
    {
        var count = Number<ulong>();
        var most = Math.Min((Length - Position) / size, Array.MaxLength);
        return count <= (ulong)most ? (long)count : throw new InvalidDataException(
            $"{Path} is damaged: it would have {count} {things}, and the rest of it holds at most {most}.");
    }

    /// <summary>The type of a value and the value of the metadata <paramref name="key"/>.</summary>
    public object Value(string key) => Value(key, Number<uint>(), MaxNesting);

    private object Value(string key, uint type, int nesting) => type switch
    {
        0 => Number<byte>(),
        1 => Number<sbyte>(),
        2 => Number<ushort>(),
        3 => Number<short>(),
        4 => Number<uint>(),
        5 => Number<int>(),
        6 => Number<float>(),
        7 => Number<byte>() != 0,
        8 => Text(),
        ArrayType when nesting > 0 => ArrayOf(key, Number<uint>(), nesting - 1),
        10 => Number<ulong>(),
        11 => Number<long>(),
        12 => Number<double>(),
        _ => throw Unknown(key, type),
    };

    private object ArrayOf(string key, uint type, int nesting) => type switch
    {
        0 => Many<byte>(),
        1 => Many<sbyte>(),
        2 => Many<ushort>(),
        3 => Many<short>(),
        4 => Many<uint>(),
        5 => Many<int>(),
        6 => Many<float>(),
        7 => Array.ConvertAll(Many<byte>(), value => value != 0),
        8 => Items(sizeof(ulong), Text),
        ArrayType when nesting > 0 => Items(sizeof(uint) + sizeof(ulong), () => Value(key, ArrayType, nesting)),
        10 => Many<ulong>(),
        11 => Many<long>(),
        12 => Many<double>(),
        _ => throw Unknown(key, type),
    };

    private T[] Many<T>() where T : unmanaged => Numbers<T>(Count("numbers in an array", Unsafe.SizeOf<T>()));

    private T[] Items<T>(int size, Func<T> read)
    {
        var items = new T[Count("items in an array", size)];
        for (var i = 0; i < items.Length; i++) items[i] = read();
        return items;
    }

    private InvalidDataException Unknown(string key, uint type) =>
        new($"{Path} is damaged: the metadata '{key}' has "
            + (type == ArrayType ? $"arrays nested more than {MaxNesting} deep." : $"the unknown type {type}."));

    private void Fill(Span<byte> bytes)
    {
        if (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new InvalidDataException($"{Path} is cut off: it ends after {Length} bytes, within its header.");
        }

        Position += bytes.Length;
    }
}
