namespace PeftIntegrations.Methods;

/// <summary>A method that starts from a text, which only the model's tokenizer can read.</summary>
public interface IReadsText
{
    /// <summary>The text, or null for none.</summary>
    string? Text { get; }

    /// <summary>The method with the text's tokens.</summary>
    PeftMethod With(IReadOnlyList<int> tokens);
}
