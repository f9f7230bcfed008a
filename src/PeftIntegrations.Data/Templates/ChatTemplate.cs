using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>
/// The template by which a model's conversations become text, rendered byte for byte as transformers does: Jinja with its own functions,
/// without any access to the machine, and within limits. Safe for concurrent use.
/// </summary>
public sealed class ChatTemplate
{
    private const string Default = "default";
    private const string ToolUse = "tool_use";

    private readonly IReadOnlyDictionary<string, JinjaTemplate> _templates;
    private readonly JsonObject _tokens;

    internal ChatTemplate(IReadOnlyDictionary<string, string> sources, JsonObject? tokens = null)
    {
        _templates = sources.ToDictionary(source => source.Key, source => JinjaTemplate.Parse(source.Value));
        _tokens = tokens ?? [];
    }

    /// <summary>The names of the templates; <c>default</c> alone in most models.</summary>
    public IEnumerable<string> Names => _templates.Keys;

    /// <summary>The text of the default template, or of the only one.</summary>
    public string Source => (_templates.GetValueOrDefault(Default) ?? _templates.Values.First()).Source;

    /// <summary>Whether the template writes the tools that it is given.</summary>
    internal bool WritesTools => ToolSource.Contains("tools", StringComparison.Ordinal);

    /// <summary>The text of the template that is used where there are tools.</summary>
    internal string ToolSource => _templates.GetValueOrDefault(ToolUse)?.Source ?? Source;

    /// <summary>Reads a template from its text.</summary>
    /// <param name="source">The text.</param>
    /// <param name="tokens">The variables that the tokenizer gives, such as <c>bos_token</c>; null for none.</param>
    /// <exception cref="ChatTemplateException">It cannot be read; the message says why, and in which line.</exception>
    public static ChatTemplate Parse(string source, JsonObject? tokens = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new(new Dictionary<string, string> { [Default] = source }, tokens);
    }

    /// <summary>
    /// Reads the template of a model folder: <c>chat_template.jinja</c> (with <c>additional_chat_templates</c>), else
    /// <c>tokenizer_config.json</c>, else <c>chat_template.json</c>.
    /// </summary>
    /// <returns>Null where the folder has none.</returns>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    /// <exception cref="ChatTemplateException">The template cannot be read.</exception>
    public static ChatTemplate? FromFolder(string folder) => TemplateFiles.ReadFolder(folder);

    /// <summary>Reads the template of a GGUF file: <c>tokenizer.chat_template</c>.</summary>
    /// <param name="metadata">The file's key-value pairs; array values are typed arrays.</param>
    /// <returns>Null where the file has none.</returns>
    /// <exception cref="ChatTemplateException">The template cannot be read.</exception>
    public static ChatTemplate? FromGguf(IReadOnlyDictionary<string, object> metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return TemplateFiles.ReadGguf(metadata);
    }

    /// <summary>Writes a conversation as the model reads it.</summary>
    /// <exception cref="ChatTemplateException">
    /// The template refuses the messages, fails on them, or takes more than it may; or the last message is to be continued, and cannot be.
    /// </exception>
    /// <exception cref="ArgumentException">There are several templates, and none is the default one.</exception>
    public RenderedChat Render(IReadOnlyList<ChatMessage> messages, RenderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Render(new ListValue([.. messages.Select(message => JsonValues.Of(message.ToJson()))]), options ?? new());
    }

    /// <summary>Whether the template marks what the assistant said.</summary>
    internal bool MarksGeneration(RenderOptions options) => For(options).MarksGeneration;

    /// <summary>The template that is used: that for tools where there are tools and such a template.</summary>
    internal JinjaTemplate For(RenderOptions options) =>
        (options.Tools is not null ? _templates.GetValueOrDefault(ToolUse) : null) ?? _templates.GetValueOrDefault(Default)
        ?? (_templates.Count == 1 ? _templates.Values.First() : throw new ArgumentException(
            $"This model has chat templates {string.Join(", ", Names.Order(StringComparer.Ordinal))}, and none is the {Default} one."));

    internal RenderedChat Render(ListValue messages, RenderOptions options)
    {
        var template = For(options);
        messages = new([.. messages.Items.Select(ReasoningAliases)]);
        var continuation = options.ContinueFinalMessage ? Continuation.Of(messages, template.Source) : null;
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in _tokens) variables[name] = JsonValues.Of(value);
        foreach (var (name, value) in options.Variables ?? []) variables[name] = JsonValues.Of(value);
        variables["messages"] = continuation?.Messages ?? messages;
        variables["tools"] = List(options.Tools);
        variables["documents"] = List(options.Documents);
        variables["add_generation_prompt"] = options.AddGenerationPrompt;

        var rendering = template.Render(variables, options.Limits, options.Clock);
        var text = continuation?.Cut(rendering.Output) ?? rendering.Output;
        return new(text, [.. rendering.Generated.Select(span => (Math.Min(span.Start, text.Length), Math.Min(span.End, text.Length)))]);
    }

    private static ListValue? List(IReadOnlyList<JsonObject>? objects) => objects is null ? null : new([.. objects.Select(JsonValues.Of)]);

    // As transformers does: one template reads what was thought under this name, the next under another.
    private static object? ReasoningAliases(object? message)
    {
        string[] names = ["reasoning_content", "thinking", "reasoning"];
        if (message is not DictValue fields) return message;
        var thought = names.Select(name => fields.TryGet(name, out var value) ? value : null).FirstOrDefault(value => value is not null);
        if (thought is null) return message;

        var all = new DictValue { ["thinking"] = thought };
        foreach (var (name, value) in fields) all[name] = value;
        all["reasoning_content"] = thought;
        return all;
    }
}
