using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>What the methods with virtual tokens share: how many, and whether a file holds them or what made them.</summary>
public abstract record PromptMethod : PeftMethod
{
    /// <summary>p, the number of virtual tokens. At least 1. Default 20.</summary>
    [JsonPropertyName("num_virtual_tokens")]
    public int Length { get; init => field = Guard.AtLeast(1, value, "20 is a good start."); } = 20;

    /// <summary>Whether the virtual tokens are kept themselves, without what made them while training: so are those of a file.</summary>
    [JsonPropertyName("inference_mode")]
    public bool IsMaterialised { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string KeyPrefix => "base_model."; // peft wraps no tuner around the model of a prompt

    /// <inheritdoc/>
    [JsonIgnore]
    protected override Targets DefaultTargets => Targets.Roles(Role.Stack);
}
