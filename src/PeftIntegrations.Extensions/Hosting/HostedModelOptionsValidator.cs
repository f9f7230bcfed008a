using Microsoft.Extensions.Options;

namespace PeftIntegrations.Extensions;

/// <summary>Checks what the attributes say, without reflection.</summary>
[OptionsValidator]
internal sealed partial class HostedModelOptionsValidator : IValidateOptions<HostedModelOptions>;
