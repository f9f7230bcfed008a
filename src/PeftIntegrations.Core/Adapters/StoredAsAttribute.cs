namespace PeftIntegrations.Core;

/// <summary>How Hugging Face's files name a method that is a variant of another there.</summary>
/// <param name="peftType">The file's <c>peft_type</c>, such as <c>LORA</c>.</param>
/// <param name="marker">The field that is set in the variant's files, such as <c>use_dora</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StoredAsAttribute(string peftType, string marker) : Attribute
{
    /// <summary>The file's <c>peft_type</c>.</summary>
    public string PeftType { get; } = peftType;

    /// <summary>The field that marks the variant.</summary>
    public string Marker { get; } = marker;
}
