namespace PeftIntegrations.Data;

/// <summary>The one kind of value whose fields a template can set.</summary>
internal sealed class NamespaceValue
{
    public DictValue Fields { get; } = new();

    public void Set(string name, object? value)
    {
        if (name.StartsWith('_'))
        {
            throw new ChatTemplateException(Fault.Security,
                $"Chat templates cannot store underscore-prefixed attributes on a namespace, but got {Text.Quoted(name)}. "
                + "Please rename the attribute.");
        }

        Fields[name] = value;
    }
}
