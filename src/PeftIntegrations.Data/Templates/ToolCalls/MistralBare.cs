namespace PeftIntegrations.Data;

/// <summary>Mistral since Small 3.2: <c>[TOOL_CALLS]name[ARGS]{…}</c> for each call; the marks are special tokens.</summary>
internal sealed class MistralBare : Mistral
{
    public override bool Fits(string template) =>
        template.Contains(Mark, StringComparison.Ordinal) && template.Contains(ArgumentsMark, StringComparison.Ordinal);

    public override string Write(IReadOnlyList<ToolCall> calls) =>
        string.Concat(calls.Select(call => $"{Mark}{call.Name}{ArgumentsMark}{ToolCallJson.Text(call.Arguments)}"));
}
