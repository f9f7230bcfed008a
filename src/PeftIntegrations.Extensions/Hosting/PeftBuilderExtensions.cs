using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using PeftIntegrations.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What a registered model gets beside it.</summary>
public static class PeftBuilderExtensions
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(2);

    /// <summary>Loads an adapter with the model.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="name">What the adapter is called.</param>
    /// <param name="folder">Its folder, which this library or huggingface/peft saved.</param>
    public static IPeftBuilder AddAdapter(this IPeftBuilder builder, string name, string folder) =>
        builder.Configure(options => options.Adapters[name] = folder);

    /// <summary>Lets the host start only once the model is loaded.</summary>
    public static IPeftBuilder PreloadOnStart(this IPeftBuilder builder) => builder.Configure(options => options.PreloadOnStart = true);

    /// <summary>Loads an adapter anew when its folder has changed.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="every">How often the folders are looked at; null for every two seconds.</param>
    public static IPeftBuilder ReloadAdaptersOnChange(this IPeftBuilder builder, TimeSpan? every = null) =>
        builder.Configure(options => options.ReloadAdaptersEvery = every ?? Usual);

    /// <summary>Adds the health check <c>peft:name</c>, which never starts a load.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="checkName">Another name for it.</param>
    /// <param name="tags">Its tags; <c>ready</c> if none is given.</param>
    public static IPeftBuilder AddHealthCheck(this IPeftBuilder builder, string? checkName = null, params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var name = builder.Name;
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            checkName ?? (name.Length == 0 ? "peft" : $"peft:{name}"),
            provider => new HostedModelHealth(provider.GetRequiredKeyedService<HostedModel>(name)),
            failureStatus: null, tags.Length == 0 ? ["ready"] : tags));
        return builder;
    }

    /// <summary>Adds an <see cref="IChatClient"/> over the model; the usual <c>Use…</c> may follow.</summary>
    /// <param name="builder">The model.</param>
    /// <param name="adapter">The adapter of the model's options that answers where a request names none; null for the model alone.</param>
    /// <param name="serviceKey">Its key; null for none.</param>
    public static ChatClientBuilder AddPeftChatClient(this IPeftBuilder builder, string? adapter = null, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Expect(adapter);
        return serviceKey is null ? builder.Services.AddChatClient(Make) : builder.Services.AddKeyedChatClient(serviceKey, Make);

        IChatClient Make(IServiceProvider provider)
        {
            var (hosted, choice) = Find(provider, builder.Name, adapter);
            return new PeftChatClient(hosted, choice);
        }
    }

    /// <summary>Adds an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> over the model; the usual <c>Use…</c> may follow.</summary>
    /// <inheritdoc cref="AddPeftChatClient"/>
    public static EmbeddingGeneratorBuilder<string, Embedding<float>> AddPeftEmbeddingGenerator(
        this IPeftBuilder builder, string? adapter = null, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Expect(adapter);
        return serviceKey is null
            ? builder.Services.AddEmbeddingGenerator(Make)
            : builder.Services.AddKeyedEmbeddingGenerator(serviceKey, Make);

        IEmbeddingGenerator<string, Embedding<float>> Make(IServiceProvider provider)
        {
            var (hosted, choice) = Find(provider, builder.Name, adapter);
            return new PeftEmbeddingGenerator(hosted, choice);
        }
    }

    internal static (HostedModel, AdapterChoice) Find(IServiceProvider provider, string name, string? adapter)
    {
        var hosted = provider.GetRequiredKeyedService<HostedModel>(name);
        return (hosted, AdapterChoice.Of(hosted.Options.Path, adapter, name.Length == 0 ? null : name));
    }

    internal static void Expect(this IPeftBuilder builder, string? adapter)
    {
        if (adapter is null) return;
        builder.Services.AddSingleton<IValidateOptions<HostedModelOptions>>(new KnownAdapter(builder.Name, adapter));
    }

    private static IPeftBuilder Configure(this IPeftBuilder builder, Action<HostedModelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(builder.Name, configure);
        return builder;
    }
}
