namespace PeftIntegrations.Core;

/// <summary>d·s·q − m·t, four bits a number; each 32 numbers have a scale s and a minimum t of six bits.</summary>
[RegisteredAs("Q4_K")]
internal sealed class Q4K() : GgufBlockType(12, Super, 144)
{
    protected override void DecodeOne(ReadOnlySpan<byte> block, Span<float> values)
    {
        var d = Half(block);
        var m = Half(block[2..]);
        for (var part = 0; part < 8; part++)
        {
            var (s, t) = ScaleAndMinimum(block.Slice(4, 12), part);
            var scale = d * s;
            var minimum = m * t;
            var q = block.Slice(16 + part / 2 * 32, 32);
            var shift = part % 2 * 4;
            var target = values.Slice(part * 32, 32);
            for (var i = 0; i < q.Length; i++) target[i] = scale * (q[i] >> shift & 15) - minimum;
        }
    }

    /// <summary>
    /// The six bits of scale and minimum of a part, of eight in twelve bytes: the last four parts' upper bits fill the gaps in the
    /// first four's bytes.
    /// </summary>
    public static (int Scale, int Minimum) ScaleAndMinimum(ReadOnlySpan<byte> packed, int part) => part < 4
        ? (packed[part] & 63, packed[part + 4] & 63)
        : (packed[part + 4] & 15 | packed[part - 4] >> 6 << 4, packed[part + 4] >> 4 | packed[part] >> 6 << 4);
}
