using System.Text.Json;

namespace PeftIntegrations.Extensions;

/// <summary>
/// Which adapter answers: that of the provider's own options, else the property <c>peft_adapter</c>, else the model id (<c>base</c>,
/// <c>base:adapter</c>, or the adapter's name), else the client's. A name that is not known goes on to the model, which refuses it.
/// </summary>
/// <param name="BaseId">What the model without an adapter is called.</param>
/// <param name="Default">The client's adapter; null for the model alone.</param>
internal sealed record AdapterChoice(string BaseId, string? Default)
{
    /// <summary>The name of the property.</summary>
    public const string Property = "peft_adapter";

    /// <summary>The id by which hosts choose this client.</summary>
    public string ClientId => Default ?? BaseId;

    /// <summary>The choice for a model: its base is named after its folder or file where nothing else is said.</summary>
    public static AdapterChoice Of(string source, string? adapter, string? modelId) => new(
        modelId ?? (Directory.Exists(source) ? new DirectoryInfo(source).Name : Path.GetFileNameWithoutExtension(source)), adapter);

    /// <summary>The adapter of a request; null for the model alone.</summary>
    /// <exception cref="ArgumentException">The property is neither a name nor a composition.</exception>
    public Composition? Choose(Composition? own, AdditionalPropertiesDictionary? properties, string? modelId)
    {
        if (own is not null) return own;
        if (properties is not null && properties.TryGetValue(Property, out var value) && value is not null)
        {
            return value as Composition ?? (Composition?)Text(value) ?? throw new ArgumentException(
                $"The property {Property} is a {value.GetType().Name}; give an adapter's name or a {nameof(Composition)}.");
        }

        return string.IsNullOrEmpty(modelId) ? Default : ById(modelId);
    }

    /// <summary>What the answer says of who gave it: <c>base</c> or <c>base:adapter</c>.</summary>
    public string NameOf(Composition? adapter) =>
        adapter?.Names.Any() == true ? $"{BaseId}:{string.Join('+', adapter.Names)}" : BaseId;

    private string? ById(string id) => id == BaseId ? null
        : id.StartsWith($"{BaseId}:", StringComparison.Ordinal) ? id[(BaseId.Length + 1)..]
        : id;

    private static string? Text(object value) => value switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString(),
        _ => null,
    };
}
