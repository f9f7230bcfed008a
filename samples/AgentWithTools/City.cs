namespace AgentWithTools;

/// <summary>Where the tool knows the weather.</summary>
internal enum City
{
    Oslo,
    Rome,
    Cairo,
}
