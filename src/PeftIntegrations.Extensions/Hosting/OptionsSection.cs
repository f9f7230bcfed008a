using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace PeftIntegrations.Extensions;

/// <summary>Reads options from a configuration section, and keeps all that is wrong with it to be told at once.</summary>
internal static class OptionsSection
{
    private static readonly Dictionary<string, PropertyInfo> Known = typeof(HostedModelOptions).GetProperties()
        .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);

    public static void Bind(IConfiguration section, HostedModelOptions options)
    {
        foreach (var entry in section.GetChildren())
        {
            if (!Known.TryGetValue(entry.Key, out var property))
            {
                options.Unread.Add($"{entry.Path} is not known. Known: {string.Join(", ", Known.Keys)}.");
            }
            else if (property.Name == nameof(HostedModelOptions.Adapters))
            {
                foreach (var adapter in entry.GetChildren()) options.Adapters[adapter.Key] = adapter.Value ?? "";
            }
            else
            {
                Set(entry, property, options);
            }
        }
    }

    private static void Set(IConfigurationSection entry, PropertyInfo property, HostedModelOptions options)
    {
        try
        {
            if (entry.Get(property.PropertyType) is { } value) property.SetValue(options, value);
        }
        catch (InvalidOperationException e)
        {
            options.Unread.Add(e.Message);
        }
    }
}
