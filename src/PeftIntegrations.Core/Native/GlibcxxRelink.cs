using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace PeftIntegrations.Core;

/// <summary>
/// Lets an ELF library that GCC 13.2 built load on an older libstdc++. All that such a library takes from the newer one is
/// <c>std::ios_base_library_init()</c>, called in static initialisers; its older twin is the constructor <c>std::ios_base::Init::Init()</c>,
/// which reads no field of <c>this</c>. So the undefined symbol gets the constructor's name and version, and the new version becomes optional.
/// </summary>
internal sealed class GlibcxxRelink
{
    /// <summary>The version of libstdc++ that the library asks for.</summary>
    public const string MissingVersion = "GLIBCXX_3.4.32";

    private const string OlderVersion = "GLIBCXX_3.4";
    private const string NewSymbol = "_ZSt21ios_base_library_initv";
    private const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";
    private const ushort WeakVersion = 2; // VER_FLG_WEAK

    private readonly byte[] _file;
    private readonly Dictionary<string, Section> _sections;

    private GlibcxxRelink(byte[] file)
    {
        _file = file;
        var header = Read<Header>(0);
        if (header.Magic != 0x464C457F || header.Class != 2 || header.Endianness != 1) throw new InvalidDataException("It is not a 64-bit little-endian ELF file.");

        var sections = Enumerable.Range(0, header.SectionCount).Select(i => Read<Section>(header.Sections + (ulong)(i * Unsafe.SizeOf<Section>()))).ToArray();
        if (header.NameSection >= sections.Length) throw new InvalidDataException("It has no section names.");

        _sections = [];
        foreach (var section in sections) _sections.TryAdd(Text(sections[header.NameSection].Offset + section.Name), section);
    }

    /// <summary>A relinked copy of <paramref name="library"/>.</summary>
    /// <exception cref="InvalidDataException">It is not an ELF library of the expected kind, or is damaged.</exception>
    public static byte[] Apply(byte[] library)
    {
        var relink = new GlibcxxRelink([.. library]);
        relink.RenameSymbol(relink.MakeNewVersionOptional());
        return relink._file;
    }

    // Returns the index by which symbols refer to the older version.
    private ushort MakeNewVersionOptional()
    {
        var needs = Of(".gnu.version_r");
        ulong optional = 0;
        ushort older = 0;
        var at = needs.Offset;
        for (Need need; ; at += need.Next)
        {
            need = Read<Need>(at);
            var entryAt = at + need.FirstEntry;
            for (NeedEntry entry; ; entryAt += entry.Next)
            {
                entry = Read<NeedEntry>(entryAt);
                var name = Text(Of(".dynstr").Offset + entry.Name);
                if (name == MissingVersion) optional = entryAt;
                if (name == OlderVersion) older = entry.Index;
                if (entry.Next == 0) break;
            }

            if (need.Next == 0) break;
        }

        if (optional == 0 || older == 0) throw new InvalidDataException($"It does not ask for both {MissingVersion} and {OlderVersion}.");
        Write(optional + (ulong)Marshal.OffsetOf<NeedEntry>(nameof(NeedEntry.Flags)), WeakVersion);
        return older;
    }

    private void RenameSymbol(ushort version)
    {
        var (symbols, strings, versions) = (Of(".dynsym"), Of(".dynstr"), Of(".gnu.version"));
        for (ulong i = 0; i < symbols.Size / (ulong)Unsafe.SizeOf<Symbol>(); i++)
        {
            var name = strings.Offset + Read<Symbol>(symbols.Offset + i * (ulong)Unsafe.SizeOf<Symbol>()).Name;
            if (Text(name) != NewSymbol) continue;

            Encoding.ASCII.GetBytes(OldSymbol.PadRight(NewSymbol.Length, '\0')).CopyTo(_file, (int)name);
            Write(versions.Offset + i * sizeof(ushort), version);
            return;
        }

        throw new InvalidDataException($"It does not use {NewSymbol}.");
    }

    private Section Of(string name) => _sections.TryGetValue(name, out var section) ? section : throw new InvalidDataException($"It has no section {name}.");

    private string Text(ulong at)
    {
        var rest = Bytes(at, 0, open: true);
        var length = rest.IndexOf((byte)0);
        return length < 0 ? throw new InvalidDataException("It ends within a name.") : Encoding.ASCII.GetString(rest[..length]);
    }

    private T Read<T>(ulong at) where T : unmanaged => MemoryMarshal.Read<T>(Bytes(at, Unsafe.SizeOf<T>()));

    private void Write(ulong at, ushort value) => MemoryMarshal.Write(Bytes(at, sizeof(ushort)), value);

    private Span<byte> Bytes(ulong at, int count, bool open = false) => at <= (ulong)_file.Length && (ulong)count <= (ulong)_file.Length - at
        ? _file.AsSpan((int)at, open ? _file.Length - (int)at : count)
        : throw new InvalidDataException($"It refers to byte {at} of {_file.Length}.");

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

    [StructLayout(LayoutKind.Explicit, Size = 24)]
    private struct Symbol
    {
        [FieldOffset(0)] public uint Name;
    }

    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private struct Need
    {
        [FieldOffset(8)] public uint FirstEntry;
        [FieldOffset(12)] public uint Next;
    }

    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private struct NeedEntry
    {
        [FieldOffset(4)] public ushort Flags;
        [FieldOffset(6)] public ushort Index;
        [FieldOffset(8)] public uint Name;
        [FieldOffset(12)] public uint Next;
    }
#pragma warning restore CS0649
}
