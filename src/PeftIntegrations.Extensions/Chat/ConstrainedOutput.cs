namespace PeftIntegrations.Extensions;

/// <summary>What the answer must look like: JSON of a schema, or a call of a tool. The one place where a grammar is chosen.</summary>
internal static class ConstrainedOutput
{
    /// <summary>The options under which the model can write nothing else.</summary>
    /// <exception cref="NotSupportedException">The answer must look like something.</exception>
    public static GenerationOptions Apply(GenerationOptions chosen, ChatOptions options, ChatTools? tools, PeftModel model)
    {
        _ = (tools, model);
        return options switch
        {
            { ToolMode: RequiredChatToolMode } => throw new NotSupportedException(
                "A call of a tool cannot be required yet, as nothing holds the model to it. Leave ToolMode to Auto."),
            { ResponseFormat: ChatResponseFormatJson } => throw new NotSupportedException(
                "JSON cannot be required yet, as nothing holds the model to it. Ask for it in the instructions, and check the answer."),
            _ => chosen,
        };
    }
}
