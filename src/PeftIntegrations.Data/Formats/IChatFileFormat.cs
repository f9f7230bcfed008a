using System.Text.Json;
using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>A format of conversations.</summary>
internal interface IChatFileFormat : IFileFormat
{
    /// <summary>The conversations of a file, good and bad, none where it is empty.</summary>
    IEnumerable<ExampleRow<Chat>> Read(string path);
}

internal sealed class ChatJsonLines : IChatFileFormat
{
    public string Extension => ".jsonl";

    public IEnumerable<ExampleRow<Chat>> Read(string path) => JsonRows.Read(path, ReadLine);

    private static Chat ReadLine(JsonElement line)
    {
        var messages = line.Items("messages").Select((message, i) => Message(message, i + 1)).ToArray();
        return new(messages, line.TryField("tools", out _) ? [.. line.Items("tools").Select(tool => Object(tool, "tools"))] : null);
    }

    private static ChatMessage Message(JsonElement message, int number)
    {
        try
        {
            return ChatMessage.FromJson(Object(message, "messages"));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"message {number}: {e.Message}", e);
        }
    }

    private static JsonObject Object(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"'{name}' must hold objects, not {JsonFields.Shown(element)}.");
        }

        var json = JsonObject.Create(element.Clone())!;
        try
        {
            _ = json.Count;
            return json;
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"an object has a field twice: {e.Message}", e);
        }
    }
}
