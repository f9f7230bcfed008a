using System.Buffers;

namespace PeftIntegrations.Data;

/// <summary>Writes an <see cref="AlignedText"/> unit by unit.</summary>
internal sealed class AlignedTextBuilder(int capacity)
{
    private readonly ArrayBufferWriter<char> _text = new(Math.Max(capacity, 1));
    private readonly ArrayBufferWriter<(int Start, int End)> _origins = new(Math.Max(capacity, 1));

    public int Length => _text.WrittenCount;

    public void Add(ReadOnlySpan<char> text, (int Start, int End) origin)
    {
        _text.Write(text);
        _origins.GetSpan(text.Length)[..text.Length].Fill(origin);
        _origins.Advance(text.Length);
    }

    public void Add(Piece piece)
    {
        _text.Write(piece.Span);
        _origins.Write(piece.Origins);
    }

    public AlignedText Build() => new(_text.WrittenSpan.ToString(), _origins.WrittenSpan.ToArray());
}
