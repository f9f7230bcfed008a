namespace PeftIntegrations.Core;

/// <summary>The name under which a method, architecture, objective or weight store is found: its only registration.</summary>
/// <param name="name">The name files and users write, such as <c>LORA</c> or <c>llama</c>; case does not matter.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class RegisteredAsAttribute(string name) : Attribute
{
    /// <summary>The registered name.</summary>
    public string Name { get; } = name;
}
