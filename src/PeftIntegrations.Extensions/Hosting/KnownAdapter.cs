using Microsoft.Extensions.Options;

namespace PeftIntegrations.Extensions;

/// <summary>Checks that the adapter of a registered client is one of its model's.</summary>
internal sealed class KnownAdapter(string model, string adapter) : IValidateOptions<HostedModelOptions>
{
    public ValidateOptionsResult Validate(string? name, HostedModelOptions options) => name != model ? ValidateOptionsResult.Skip
        : options.Adapters.ContainsKey(adapter) ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail(
            $"Model '{name}': a client is registered for the adapter '{adapter}', and Adapters has "
            + $"{(options.Adapters.Count == 0 ? "none" : string.Join(", ", options.Adapters.Keys))}. "
            + "An adapter that is trained later is asked for by ModelId.");
}
