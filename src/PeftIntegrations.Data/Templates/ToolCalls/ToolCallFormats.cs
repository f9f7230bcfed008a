namespace PeftIntegrations.Data;

/// <summary>Chooses how a model writes calls of tools by its chat template.</summary>
public static class ToolCallFormats
{
    private static readonly IToolCallFormat[] All =
    [
        .. typeof(IToolCallFormat).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IToolCallFormat)) && !type.IsAbstract)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (IToolCallFormat)Activator.CreateInstance(type)!),
    ];

    /// <summary>The format of a template's family; null where none is known.</summary>
    public static IToolCallFormat? For(ChatTemplate template)
    {
        ArgumentNullException.ThrowIfNull(template);
        return Array.Find(All, format => format.Fits(template.ToolSource));
    }
}
