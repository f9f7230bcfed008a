using System.Text;

namespace PeftIntegrations.Data;

/// <summary>
/// Parts the calls of tools from the text around them, wherever the pieces are cut. Text that may begin a call is held back until it is
/// certain; what turns out to be none comes out as text.
/// </summary>
/// <param name="format">How the model writes calls.</param>
public sealed class ToolCallReader(IToolCallFormat format)
{
    private readonly List<ToolCall> _calls = [];
    private string _held = "";
    private bool _isInside;
    private bool _isAtStart = true; // nothing but blanks so far
    private bool _isBehindCall; // blanks between calls belong to them

    /// <summary>The calls so far.</summary>
    public IReadOnlyList<ToolCall> Calls => _calls;

    /// <summary>Takes the next piece and gives the text that is certainly none of a call; it may be empty.</summary>
    public string Push(string piece)
    {
        ArgumentNullException.ThrowIfNull(piece);
        _held += piece;
        return Take(isEnd: false);
    }

    /// <summary>Gives what was held back, as no more text comes.</summary>
    public string Flush() => Take(isEnd: true);

    private string Take(bool isEnd)
    {
        var text = new StringBuilder();
        while (_held.Length > 0)
        {
            if (_isInside)
            {
                var end = format.EndOf(_held) ?? (isEnd ? _held.Length : null as int?);
                if (end is null) break;
                Close(end.Value, text);
            }
            else if (!Open(isEnd, text))
            {
                break;
            }
        }

        return text.ToString();
    }

    private void Close(int end, StringBuilder text)
    {
        var calls = format.Read(_held[..end]);
        if (calls is null) Emit(end, text);
        else _held = _held[end..];
        _calls.AddRange(calls ?? []);
        (_isInside, _isBehindCall) = (false, calls is not null);
    }

    // Gives out the text in front of the next call, and says whether there may be more to do.
    private bool Open(bool isEnd, StringBuilder text)
    {
        if (_isBehindCall && _held.TrimStart() is var rest && rest.Length < _held.Length) _held = rest;
        var begin = Begin();
        var safe = begin ?? (isEnd ? _held.Length : Safe());
        Emit(safe, text);
        _isInside = begin is not null;
        return _isInside;
    }

    private int? Begin()
    {
        var places = format.Begins.Select(mark => _held.IndexOf(mark, StringComparison.Ordinal)).Where(place => place >= 0).ToList();
        var start = Blanks();
        if ((_isAtStart || _isBehindCall) && format.BeginsWhole.Any(mark => string.CompareOrdinal(_held, start, mark, 0, mark.Length) == 0))
        {
            places.Add(start);
        }

        return places.Count > 0 ? places.Min() : null;
    }

    // The length of the text that no call can begin in.
    private int Safe()
    {
        var start = Blanks();
        var mayBegin = _isAtStart || _isBehindCall; // blanks alone begin everything
        if (mayBegin && format.BeginsWhole.Any(mark => mark.StartsWith(_held[start..], StringComparison.Ordinal))) return 0;
        for (var at = Math.Max(0, _held.Length - format.Begins.Append("").Max(mark => mark.Length)); at < _held.Length; at++)
        {
            if (format.Begins.Any(mark => mark.StartsWith(_held[at..], StringComparison.Ordinal))) return at;
        }

        return _held.Length;
    }

    private int Blanks() => _held.Length - _held.TrimStart().Length;

    private void Emit(int length, StringBuilder text)
    {
        if (length == 0) return;
        text.Append(_held, 0, length);
        (_isAtStart, _isBehindCall) = (_isAtStart && string.IsNullOrWhiteSpace(_held[..length]), false);
        _held = _held[length..];
    }
}
