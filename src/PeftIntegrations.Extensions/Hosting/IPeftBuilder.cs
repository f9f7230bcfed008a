namespace Microsoft.Extensions.DependencyInjection;

/// <summary>A model being registered: adapters, clients and checks are added to it.</summary>
public interface IPeftBuilder
{
    /// <summary>The model's name: that of its options, and the key of its services; empty for the default one.</summary>
    string Name { get; }

    /// <summary>Where it is registered.</summary>
    IServiceCollection Services { get; }
}
