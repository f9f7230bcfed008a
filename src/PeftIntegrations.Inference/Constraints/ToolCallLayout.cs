namespace PeftIntegrations.Inference;

/// <summary>
/// How a family of models writes a tool call: a JSON object of the tool's name and its arguments, or the two with a mark between them, and
/// text around it.
/// </summary>
public sealed record ToolCallLayout
{
    /// <summary>What stands before the object; a special token may be written by its name. Hermes': <c>&lt;tool_call&gt;</c>.</summary>
    public string Prefix { get; init; } = "<tool_call>\n";

    /// <summary>What stands after it. Hermes': <c>&lt;/tool_call&gt;</c> on a line of its own.</summary>
    public string Suffix { get; init; } = "\n</tool_call>";

    /// <summary>What the member with the tool's name is called.</summary>
    public string NameKey { get; init; } = "name";

    /// <summary>What the member with the arguments is called; <c>parameters</c> in Llama 3.</summary>
    public string ArgumentsKey { get; init; } = "arguments";

    /// <summary>
    /// What stands between the bare name and the arguments, <c>[ARGS]</c> in newer Mistral; null where the call is an object.
    /// </summary>
    public string? Between { get; init; }

    internal Func<ToolSignature, Part, Part> Call(GrammarBuilder to) => Between is { } mark ? Bare(to, mark) : InObject(to);

    private Func<ToolSignature, Part, Part> Bare(GrammarBuilder to, string mark) => (tool, arguments) => at =>
        to.Verbatim(arguments(to.Verbatim(to.Literal(to.Verbatim(at, Prefix), tool.Name), mark)), Suffix);

    private Func<ToolSignature, Part, Part> InObject(GrammarBuilder to)
    {
        var json = new JsonGrammar(to);
        return (tool, arguments) => at =>
        {
            var name = json.Colon(Key(to.Literal(to.Verbatim(at, Prefix), "{"), NameKey));
            var comma = json.Comma(to.Literal(name, JsonGrammar.Quoted(tool.Name)));
            var end = to.Literal(arguments(json.Colon(Key(comma, ArgumentsKey))), "}");
            return to.Verbatim(end, Suffix);
        };

        int Key(int from, string key) => to.Literal(from, JsonGrammar.Quoted(key));
    }
}
