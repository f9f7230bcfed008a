namespace PeftIntegrations.Extensions;

/// <summary>What clients and generators tell of themselves alike.</summary>
internal static class Provider
{
    /// <summary>Who provides them.</summary>
    public const string Name = "peftintegrations";

    /// <summary>What is behind a client: the model, or its tokenizer.</summary>
    public static object? Service(PeftModel? model, Type type) =>
        type == typeof(PeftModel) ? model : type == typeof(Data.Tokenizer) ? model?.Tokenizer : null;
}
