using System.Text;

namespace PeftIntegrations.Data;

/// <summary>One run of a template: what it knows, what it wrote, and what it took.</summary>
internal sealed class Rendering(IReadOnlyDictionary<string, object?> variables, TemplateLimits limits, TimeProvider clock)
{
    private StringBuilder _output = new();

    public Meter Meter { get; } = new(limits);

    public TimeProvider Clock => clock;

    /// <summary>What <c>{% generation %}</c> marked; places in the text while nothing else captures output.</summary>
    public List<(int Start, int End)> Generated { get; } = [];

    public string Output => _output.ToString();

    private int Captures { get; set; }

    public bool TryVariable(string name, out object? value) => variables.TryGetValue(name, out value) || Globals.TryGet(name, out value);

    public void Write(string text)
    {
        Meter.Grow(_output.Length, text.Length);
        _output.Append(text);
    }

    /// <summary>What a block writes, instead of its being written.</summary>
    public string Capture(Action write)
    {
        var outer = _output;
        _output = new();
        Captures++;
        try
        {
            write();
            return _output.ToString();
        }
        finally
        {
            Captures--;
            _output = outer;
        }
    }

    /// <summary>Writes a block that the assistant said.</summary>
    public void Generate(Action write)
    {
        var start = _output.Length;
        write();
        if (Captures == 0) Generated.Add((start, _output.Length));
    }
}
