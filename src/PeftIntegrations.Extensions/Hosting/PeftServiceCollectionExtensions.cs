using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PeftIntegrations;
using PeftIntegrations.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Models with adapters as services of a host.</summary>
public static class PeftServiceCollectionExtensions
{
    /// <summary>Adds the default model, which needs no name.</summary>
    /// <inheritdoc cref="AddPeftModel(IServiceCollection, string, Action{HostedModelOptions})"/>
    public static IPeftBuilder AddPeftModel(this IServiceCollection services, Action<HostedModelOptions> configure) =>
        services.AddPeftModel("", configure);

    /// <summary>Adds a model. Its options are checked when the host starts, and told all at once what is wrong.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">Its name, by which <see cref="PeftModel"/> is a keyed service.</param>
    /// <param name="configure">Says where it is.</param>
    public static IPeftBuilder AddPeftModel(this IServiceCollection services, string name, Action<HostedModelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptionsWithValidateOnStart<HostedModelOptions>(name).Configure(configure);
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<IValidateOptions<HostedModelOptions>, HostedModelOptionsValidator>(),
            ServiceDescriptor.Singleton<IValidateOptions<HostedModelOptions>, HostedModelFiles>(),
        ]);
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddKeyedSingleton(name, (provider, _) => new HostedModel(
            name, provider.GetRequiredService<IOptionsMonitor<HostedModelOptions>>(), provider.GetRequiredService<ILogger<HostedModel>>()));
        services.AddSingleton<IHostedService>(provider => new HostedModelLifecycle(
            provider.GetRequiredKeyedService<HostedModel>(name), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<HostedModel>>()));
        services.AddKeyedSingleton(name, (provider, _) => Wait(provider.GetRequiredKeyedService<HostedModel>(name)));
        if (name.Length == 0) services.AddSingleton(provider => provider.GetRequiredKeyedService<PeftModel>(name));
        return new Builder(name, services);
    }

    /// <summary>Adds a model from a configuration section.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">Its name, by which <see cref="PeftModel"/> is a keyed service.</param>
    /// <param name="section">What <see cref="HostedModelOptions"/> describes.</param>
    public static IPeftBuilder AddPeftModel(this IServiceCollection services, string name, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddPeftModel(name, options => OptionsSection.Bind(section, options));
    }

    // Containers know no asynchronous factories; where this is not to block, the model is preloaded, or asked through a client.
    private static PeftModel Wait(HostedModel hosted) => hosted.GetAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();

    private sealed record Builder(string Name, IServiceCollection Services) : IPeftBuilder;
}
