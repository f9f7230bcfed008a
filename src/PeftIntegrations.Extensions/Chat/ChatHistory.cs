using System.Text.Json;
using System.Text.Json.Nodes;
using PeftIntegrations.Data;

namespace PeftIntegrations.Extensions;

/// <summary>A host's conversation as chat templates read it.</summary>
internal static class ChatHistory
{
    /// <summary>The messages; what the model cannot read goes to <paramref name="problems"/>.</summary>
    public static IReadOnlyList<Data.ChatMessage> Of(
        IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, string? instructions, List<string> problems)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal); // of the tools, by call
        var read = messages.SelectMany((message, i) => Read(message, i, names, problems)).ToList();
        var behaviour = read.TakeWhile(message => message.Role == "system").ToList();
        string[] told =
        [
            .. behaviour.Select(message => message.Content).Prepend(instructions).OfType<string>().Where(text => text.Length > 0),
        ];
        if (told.Length == 0) return read;

        // most templates take one message of the system, and that first
        return [Data.ChatMessage.System(string.Join("\n\n", told)), .. read.Skip(behaviour.Count)];
    }

    private static IEnumerable<Data.ChatMessage> Read(
        Microsoft.Extensions.AI.ChatMessage message, int index, Dictionary<string, string> names, List<string> problems)
    {
        problems.AddRange(message.Contents.Where(content => content is DataContent or UriContent or HostedFileContent).Select(content =>
            $"Message {index + 1} holds a {content.GetType().Name}, and the model reads text alone. Leave it out."));
        var calls = message.Contents.OfType<FunctionCallContent>().Select(Call).ToArray();
        foreach (var call in calls) names[call.Id!] = call.Name;
        var results = message.Contents.OfType<FunctionResultContent>().Select(result => Answer(result, names)).ToArray();
        if (results.Length == 0 || message.Text.Length > 0 || calls.Length > 0)
        {
            var thought = string.Concat(message.Contents.OfType<TextReasoningContent>().Select(content => content.Text));
            yield return new(Role(message.Role), calls.Length > 0 && message.Text.Length == 0 ? null : message.Text)
            {
                Name = message.AuthorName,
                Reasoning = thought.Length > 0 ? thought : null,
                ToolCalls = calls.Length > 0 ? calls : null,
            };
        }

        foreach (var result in results) yield return result;
    }

    private static string Role(ChatRole role) => role.Value.ToLowerInvariant() switch { "developer" => "system", var name => name };

    private static ToolCall Call(FunctionCallContent call) => new(
        call.Name, new(call.Arguments?.Select(argument => KeyValuePair.Create(argument.Key, Node(argument.Value))) ?? []), call.CallId);

    private static Data.ChatMessage Answer(FunctionResultContent result, Dictionary<string, string> names) =>
        new("tool", Text(result.Result) ?? result.Exception?.Message ?? "null")
        {
            ToolCallId = result.CallId,
            Name = names.GetValueOrDefault(result.CallId),
        };

    // a text is what it says, without the quotes of JSON
    private static string? Text(object? value) => value as string ?? Node(value) switch
    {
        null => null,
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
        var node => node.ToJsonString(),
    };

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        JsonNode node => node.DeepClone(),
        _ => JsonSerializer.SerializeToNode(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(value.GetType())),
    };
}
