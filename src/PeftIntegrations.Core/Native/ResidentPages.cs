using System.Runtime.InteropServices;

namespace PeftIntegrations.Core;

/// <summary>Which pages of a tensor are in memory: those of a file that is mapped come when they are first read.</summary>
public static class ResidentPages
{
    private const string Map = "/proc/self/pagemap"; // 8 bytes a page (Linux' admin-guide/mm/pagemap)
    private const ulong IsPresent = 1UL << 63;

    /// <summary>Bytes of a processor's tensor that are yet to come; 0 where the system does not say.</summary>
    public static long Missing(Tensor tensor)
    {
        if (!File.Exists(Map) || tensor.device_type != DeviceType.CPU || !tensor.is_contiguous() || tensor.numel() == 0) return 0;

        var (page, start) = (Environment.SystemPageSize, FloatRows.Address(tensor));
        var (first, last) = (start / page, (start + (tensor.numel() * tensor.element_size()) - 1) / page);
        var entries = new byte[(last - first + 1) * sizeof(ulong)];
        using var map = File.OpenRead(Map);
        map.Seek(first * sizeof(ulong), SeekOrigin.Begin);
        var read = map.ReadAtLeast(entries, entries.Length, throwOnEndOfStream: false);
        var missing = 0L;
        foreach (var entry in MemoryMarshal.Cast<byte, ulong>(entries.AsSpan(0, read))) missing += (entry & IsPresent) == 0 ? page : 0;
        return missing;
    }
}
