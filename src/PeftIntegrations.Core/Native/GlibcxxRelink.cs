using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace PeftIntegrations.Core;

/// <summary>
/// Lets a library that GCC 13.2 built load on an older libstdc++. All that such a library takes from the newer one is
/// <c>std::ios_base_library_init()</c>, called in static initialisers; its older twin is the constructor
/// <c>std::ios_base::Init::Init()</c>, which reads no field of <c>this</c>. So the undefined symbol gets the constructor's
/// name and version, and the new version becomes optional.
/// </summary>
internal static class GlibcxxRelink
{
    /// <summary>The version of libstdc++ that the library asks for.</summary>
    public const string MissingVersion = "GLIBCXX_3.4.32";

    private const string OlderVersion = "GLIBCXX_3.4";
    private const string NewSymbol = "_ZSt21ios_base_library_initv";
    private const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";
    private const ushort WeakVersion = 2; // VER_FLG_WEAK

    /// <summary>A relinked copy of <paramref name="library"/>.</summary>
    /// <exception cref="InvalidDataException">It is not an ELF library of the expected kind, or is damaged.</exception>
    public static byte[] Apply(byte[] library)
    {
        var elf = new ElfFile(library);
        RenameSymbol(elf, MakeNewVersionOptional(elf));
        return elf.Content;
    }

    // Returns the index by which symbols refer to the older version.
    private static ushort MakeNewVersionOptional(ElfFile elf)
    {
        var names = elf.Find(".dynstr").Offset;
        ulong optional = 0;
        ushort older = 0;
        foreach (var (offset, entry) in NeededVersions(elf))
        {
            var name = elf.Text(names + entry.Name);
            if (name == MissingVersion) optional = offset;
            if (name == OlderVersion) older = entry.Index;
        }

        if (optional == 0 || older == 0) throw new InvalidDataException($"It does not ask for both {MissingVersion} and {OlderVersion}.");
        elf.Write(optional + (ulong)Marshal.OffsetOf<Version>(nameof(Version.Flags)), WeakVersion);
        return older;
    }

    // A list of needed libraries, each with a list of versions.
    private static IEnumerable<(ulong Offset, Version Entry)> NeededVersions(ElfFile elf)
    {
        for (var offset = elf.Find(".gnu.version_r").Offset; ;)
        {
            var library = elf.Read<Library>(offset);
            for (var at = offset + library.FirstVersion; ;)
            {
                var entry = elf.Read<Version>(at);
                yield return (at, entry);
                if (entry.Next == 0) break;
                at += entry.Next;
            }

            if (library.Next == 0) yield break;
            offset += library.Next;
        }
    }

    private static void RenameSymbol(ElfFile elf, ushort version)
    {
        var (symbols, size) = elf.Find(".dynsym");
        var names = elf.Find(".dynstr").Offset;
        for (ulong i = 0; i < size / (ulong)Unsafe.SizeOf<Symbol>(); i++)
        {
            var name = names + elf.Read<Symbol>(symbols + i * (ulong)Unsafe.SizeOf<Symbol>()).Name;
            if (elf.Text(name) != NewSymbol) continue;

            Encoding.ASCII.GetBytes(OldSymbol.PadRight(NewSymbol.Length, '\0')).CopyTo(elf.Content, (int)name);
            elf.Write(elf.Find(".gnu.version").Offset + i * sizeof(ushort), version);
            return;
        }

        throw new InvalidDataException($"It does not use {NewSymbol}.");
    }

#pragma warning disable CS0649 // read from the file
    [StructLayout(LayoutKind.Explicit, Size = 24)]
    private struct Symbol
    {
        [FieldOffset(0)] public uint Name;
    }

    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private struct Library
    {
        [FieldOffset(8)] public uint FirstVersion;
        [FieldOffset(12)] public uint Next;
    }

    [StructLayout(LayoutKind.Explicit, Size = 16)]
    private struct Version
    {
        [FieldOffset(4)] public ushort Flags;
        [FieldOffset(6)] public ushort Index;
        [FieldOffset(8)] public uint Name;
        [FieldOffset(12)] public uint Next;
    }
#pragma warning restore CS0649
}
