namespace PeftIntegrations.Data;

/// <summary>A conversation as the model reads it.</summary>
/// <param name="Text">The text.</param>
/// <param name="Generated">
/// What the template marks as said by the assistant (<c>{% generation %}</c>): places in UTF-16 units, the end exclusive.
/// </param>
public sealed record RenderedChat(string Text, IReadOnlyList<(int Start, int End)> Generated);
