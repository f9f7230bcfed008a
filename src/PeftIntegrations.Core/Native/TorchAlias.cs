using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PeftIntegrations.Core;

/// <summary>
/// TorchSharp asks for <c>torch_cpu</c> by name, and .NET would then load the application's own libtorch beside another one, which
/// ends the process. But it tries <c>torch_cpu.so</c> before <c>libtorch_cpu.so</c>. So a library of that name is loaded first:
/// a copy of libtorch.so, which holds nothing and only needs the real one.
/// </summary>
internal static class TorchAlias
{
    private const long SoName = 14; // DT_SONAME

    /// <summary>
    /// A copy of libtorch.so whose own name is <paramref name="name"/>.so; null if it does not need lib<paramref name="name"/>.so.
    /// </summary>
    /// <exception cref="InvalidDataException">It is not an ELF library of the expected kind, or is damaged.</exception>
    public static byte[]? Make(byte[] libtorch, string name)
    {
        var elf = new ElfFile(libtorch);
        var (offset, size) = elf.Find(".dynamic");
        var names = elf.Find(".dynstr").Offset;
        ulong? needed = null;
        ulong? own = null;
        for (var at = offset; at - offset < size; at += (ulong)Unsafe.SizeOf<Entry>())
        {
            var entry = elf.Read<Entry>(at);
            if (entry.Tag == 0) break;
            if (entry.Tag == SoName) own = at;
            if (entry.Tag == 1 && elf.Text(names + entry.Value) == $"lib{name}.so") needed = entry.Value;
        }

        if (own is null || needed is null) return null;
        elf.Write(own.Value, new Entry { Tag = SoName, Value = needed.Value + (ulong)"lib".Length });
        return elf.Content;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public long Tag;
        public ulong Value;
    }
}
