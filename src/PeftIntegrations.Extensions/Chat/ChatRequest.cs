using PeftIntegrations.Data;

namespace PeftIntegrations.Extensions;

/// <summary>A request that has been checked, as the model takes it.</summary>
/// <param name="Prompt">The conversation, in tokens.</param>
/// <param name="Options">How to answer, and with which adapter.</param>
/// <param name="Tools">The tools that may be called; null for none.</param>
/// <param name="OneCall">Whether the answer ends with its first call.</param>
internal sealed record ChatRequest(IReadOnlyList<int> Prompt, GenerationOptions Options, ChatTools? Tools, bool OneCall)
{
    /// <summary>Reads a request.</summary>
    /// <param name="model">The model that will answer.</param>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">The host's own copy of its options.</param>
    /// <param name="choice">Which adapter answers.</param>
    /// <param name="client">Who asks.</param>
    /// <exception cref="ArgumentException">It contradicts itself, or the model cannot read it; all that is wrong is told.</exception>
    /// <exception cref="ChatTemplateException">The model's template refuses the conversation.</exception>
    public static ChatRequest Of(
        PeftModel model, IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, ChatOptions options, AdapterChoice choice,
        IChatClient client)
    {
        var problems = new List<string>();
        var chosen = ChatSettings.Of(options, client, problems);
        var tools = ChatTools.Of(options, model.ChatFormat, problems);
        var history = ChatHistory.Of(messages, options.Instructions, problems);
        Check(options, history, problems);
        if (problems.Count > 0)
        {
            throw new ArgumentException($"This request cannot be served as it stands:\n  {string.Join("\n  ", problems)}", nameof(options));
        }

        chosen = chosen with { Adapter = choice.Choose(chosen.Adapter, options.AdditionalProperties, options.ModelId) };
        chosen = ConstrainedOutput.Apply(chosen, options, tools) with { ShownTokens = chosen.ShownTokens ?? tools?.Format.Marks };
        var prompt = model.ChatFormat.Encode(history, new() { Tools = tools?.Told, AddGenerationPrompt = true });
        return new(prompt, chosen, tools, options.AllowMultipleToolCalls == false);
    }

    private static void Check(ChatOptions options, IReadOnlyList<Data.ChatMessage> history, List<string> problems)
    {
        if (history.Count == 0) problems.Add("There is no message to answer. Give at least one.");
        if (options is { ResponseFormat: ChatResponseFormatJson, ToolMode: RequiredChatToolMode })
        {
            problems.Add("The answer must be JSON (ResponseFormat) and a call of a tool (ToolMode). Require one of the two.");
        }

        if (options.ConversationId is { } id)
        {
            problems.Add($"The conversation '{id}' is asked for, and none is remembered. Leave ConversationId out; give all messages.");
        }
    }
}
