using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace PeftIntegrations.Core;

/// <summary>A shared library of Linux (64-bit ELF) in memory, to be changed in place; nothing outside it is read or written.</summary>
internal sealed class ElfFile
{
    private readonly Dictionary<string, Section> _sections = [];

    /// <summary>Finds the sections of a copy of <paramref name="library"/>.</summary>
    /// <exception cref="InvalidDataException">It is not such a library, or is damaged.</exception>
    public ElfFile(byte[] library)
    {
        Content = [.. library];
        var header = Read<Header>(0);
        if (header.Magic != 0x464C457F || header.Class != 2 || header.Endianness != 1)
        {
            throw new InvalidDataException("It is not a 64-bit little-endian ELF file.");
        }

        var sections = new Section[header.SectionCount];
        for (var i = 0; i < sections.Length; i++) sections[i] = Read<Section>(header.Sections + (ulong)(i * Unsafe.SizeOf<Section>()));
        if (header.NameSection >= sections.Length) throw new InvalidDataException("It has no section names.");

        foreach (var section in sections) _sections.TryAdd(Text(sections[header.NameSection].Offset + section.Name), section);
    }

    /// <summary>Its bytes.</summary>
    public byte[] Content { get; }

    /// <summary>Where the section <paramref name="name"/> begins, and its size.</summary>
    public (ulong Offset, ulong Size) Find(string name) => _sections.TryGetValue(name, out var section)
        ? (section.Offset, section.Size)
        : throw new InvalidDataException($"It has no section {name}.");

    /// <summary>The structure at <paramref name="offset"/>.</summary>
    public T Read<T>(ulong offset) where T : unmanaged => MemoryMarshal.Read<T>(From(offset, Unsafe.SizeOf<T>()));

    /// <summary>Writes a structure at <paramref name="offset"/>.</summary>
    public void Write<T>(ulong offset, T value) where T : unmanaged => MemoryMarshal.Write(From(offset, Unsafe.SizeOf<T>()), value);

    /// <summary>The text at <paramref name="offset"/>, up to a zero byte.</summary>
    public string Text(ulong offset)
    {
        var rest = From(offset, 0);
        var length = rest.IndexOf((byte)0);
        return length < 0 ? throw new InvalidDataException("It ends within a name.") : Encoding.ASCII.GetString(rest[..length]);
    }

    // All that follows, which must be at least so much.
    private Span<byte> From(ulong offset, int least) => offset <= (ulong)Content.Length && least <= Content.Length - (int)offset
        ? Content.AsSpan((int)offset)
        : throw new InvalidDataException($"It refers to byte {offset} of {Content.Length}.");

#pragma warning disable CS0649 // read from the file
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Header
    {
        [FieldOffset(0)] public uint Magic;
        [FieldOffset(4)] public byte Class;
        [FieldOffset(5)] public byte Endianness;
        [FieldOffset(0x28)] public ulong Sections;
        [FieldOffset(0x3C)] public ushort SectionCount;
        [FieldOffset(0x3E)] public ushort NameSection;
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Section
    {
        [FieldOffset(0)] public uint Name;
        [FieldOffset(0x18)] public ulong Offset;
        [FieldOffset(0x20)] public ulong Size;
    }
#pragma warning restore CS0649
}
