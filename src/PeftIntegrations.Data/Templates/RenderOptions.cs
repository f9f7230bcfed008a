using System.Text.Json.Nodes;

namespace PeftIntegrations.Data;

/// <summary>What a chat template is told besides the messages.</summary>
public sealed record RenderOptions
{
    /// <summary>The tools that the assistant may call, as JSON schemas of functions; null for none.</summary>
    public IReadOnlyList<JsonObject>? Tools { get; init; }

    /// <summary>Documents that the assistant may quote; null for none.</summary>
    public IReadOnlyList<JsonObject>? Documents { get; init; }

    /// <summary>Whether the text ends where the assistant's next words begin. Default false.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>Whether the last message is left open, to be continued. Default false.</summary>
    public bool ContinueFinalMessage { get; init; }

    /// <summary>Further variables, such as <c>enable_thinking</c>.</summary>
    public JsonObject? Variables { get; init; }

    /// <summary>What rendering may take.</summary>
    public TemplateLimits Limits { get; init; } = new();

    /// <summary>The clock of templates that write the date.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
