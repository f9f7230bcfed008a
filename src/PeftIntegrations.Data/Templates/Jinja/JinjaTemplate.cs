namespace PeftIntegrations.Data;

/// <summary>A template, read once and rendered many times, from any thread.</summary>
internal sealed class JinjaTemplate
{
    private readonly Statement[] _body;

    private JinjaTemplate(string source, (Statement[] Body, bool Marks) parsed) =>
        (Source, _body, MarksGeneration) = (source, parsed.Body, parsed.Marks);

    public string Source { get; }

    /// <summary>Whether it says what the assistant said, by <c>{% generation %}</c>.</summary>
    public bool MarksGeneration { get; }

    /// <exception cref="ChatTemplateException">It cannot be read.</exception>
    public static JinjaTemplate Parse(string source) => new(source, Parser.Parse(source));

    /// <exception cref="ChatTemplateException">It refuses, fails, or takes too much.</exception>
    public Rendering Render(IReadOnlyDictionary<string, object?> variables, TemplateLimits limits, TimeProvider clock)
    {
        var rendering = new Rendering(variables, limits, clock);
        Statement.RunAll(_body, new(rendering));
        return rendering;
    }
}
