using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>
/// How a family of models writes the calls of tools. To be found, a kind of it needs only a constructor without parameters.
/// </summary>
public interface IToolCallFormat
{
    /// <summary>What begins a call, anywhere in the text.</summary>
    IReadOnlyList<string> Begins { get; }

    /// <summary>What begins a call at the start of the whole text alone, behind blanks.</summary>
    IReadOnlyList<string> BeginsWhole { get; }

    /// <summary>What around a call may be special tokens, which a decoder must then show.</summary>
    IReadOnlyList<string> Marks { get; }

    /// <summary>Whether models with a chat template write calls so.</summary>
    bool Fits(string template);

    /// <summary>Where a call ends, which <paramref name="text"/> begins with; null where more must come first.</summary>
    int? EndOf(string text);

    /// <summary>The calls of a text that begins and ends as calls do; null where it is none after all.</summary>
    IReadOnlyList<ToolCall>? Read(string text);

    /// <summary>The calls as the model writes them.</summary>
    string Write(IReadOnlyList<ToolCall> calls);

    /// <summary>What tells the model of its tools, where its chat template does not.</summary>
    string Describe(IReadOnlyList<JsonObject> tools);
}
