using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace PeftIntegrations.Data;

/// <summary>Reads UTF-8 in chunks and refuses what is not UTF-8, with its place; a byte order mark is left out.</summary>
internal static class Utf8File
{
    private const int ChunkSize = 1 << 16;
    private const long MostBytes = 1 << 30; // a .NET string holds 2³⁰ units

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    public static string ReadAll(string path)
    {
        var size = new FileInfo(path).Length;
        if (size >= MostBytes)
        {
            throw new InvalidDataException($"{path} has {size} bytes, and one text holds at most {MostBytes - 1}. Cut the file in parts.");
        }

        var text = new StringBuilder((int)size);
        foreach (var chunk in Chunks(path)) text.Append(chunk);
        return text.ToString();
    }

    public static IEnumerable<string> ReadLines(string path)
    {
        var line = new StringBuilder();
        foreach (var chunk in Chunks(path))
        {
            var rest = chunk;
            for (var end = rest.Span.IndexOf('\n'); end >= 0; end = rest.Span.IndexOf('\n'))
            {
                yield return line.Append(rest[..end]).ToString().TrimEnd('\r');
                line.Clear();
                rest = rest[(end + 1)..];
            }

            line.Append(rest);
        }

        if (line.Length > 0) yield return line.ToString();
    }

    private static IEnumerable<ReadOnlyMemory<char>> Chunks(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[ChunkSize];
        var text = new char[ChunkSize];
        var (kept, done) = (0, 0L);
        for (var isLast = false; !isLast;)
        {
            var read = file.ReadAtLeast(bytes.AsSpan(kept), bytes.Length - kept, throwOnEndOfStream: false);
            isLast = kept + read < bytes.Length;
            var source = bytes.AsSpan(0, kept + read);
            var skipped = done == 0 && source.StartsWith(Mark) ? Mark.Length : 0;
            var status = Utf8.ToUtf16(source[skipped..], text, out var used, out var written, replaceInvalidSequences: false, isLast);
            used += skipped;
            if (status == OperationStatus.InvalidData)
            {
                throw new InvalidDataException(
                    $"{path} is not UTF-8: byte {done + used} (0x{source[used]:X2}) begins no character. Save it as UTF-8.");
            }

            kept = source.Length - used;
            source[used..].CopyTo(bytes);
            done += used;
            yield return text.AsMemory(0, written);
        }
    }
}
