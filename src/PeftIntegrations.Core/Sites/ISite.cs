namespace PeftIntegrations.Core;

/// <summary>A place in a frozen model where adapters attach.</summary>
public interface ISite
{
    /// <summary>What the place does.</summary>
    Role Role { get; }

    /// <summary>Where it stands in the checkpoint, such as <c>model.layers.0.self_attn.q_proj</c>.</summary>
    string Path { get; }

    /// <summary>The sizes of the model it belongs to.</summary>
    ModelShape Model { get; }

    /// <summary>What is attached, innermost first. Setting it is all there is to attach, switch and detach.</summary>
    IReadOnlyList<Level> Levels { get; set; }
}
