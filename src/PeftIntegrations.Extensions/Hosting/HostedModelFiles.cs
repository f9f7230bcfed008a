using Microsoft.Extensions.Options;

namespace PeftIntegrations.Extensions;

/// <summary>Checks that what the options name is there, and that they do not contradict each other.</summary>
internal sealed class HostedModelFiles : IValidateOptions<HostedModelOptions>
{
    public ValidateOptionsResult Validate(string? name, HostedModelOptions options)
    {
        string[] problems = [.. Problems(options).Select(problem => $"Model '{name}': {problem}")];
        return problems.Length > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> Problems(HostedModelOptions options)
    {
        foreach (var problem in options.Unread) yield return problem;
        if (options.Path.Length > 0 && !Directory.Exists(options.Path) && !File.Exists(options.Path))
        {
            yield return $"Path is '{options.Path}', and there is neither a folder nor a file. Give the folder or .gguf file of the model.";
        }

        foreach (var (adapter, folder) in options.Adapters)
        {
            string[] missing = [.. new[] { AdapterFolder.ConfigFile, AdapterFolder.TensorFile }
                .Where(file => !File.Exists(System.IO.Path.Combine(folder, file)))];
            if (missing.Length > 0) yield return $"Adapter '{adapter}' is in '{folder}', which has no {string.Join(" and no ", missing)}.";
        }

        if (options is { ChatTemplate: not null, ChatTemplateFile: not null })
        {
            yield return "ChatTemplate and ChatTemplateFile are both given. Give one of the two.";
        }

        if (options.ChatTemplateFile is { } template && !File.Exists(template))
        {
            yield return $"ChatTemplateFile is '{template}', and there is no such file.";
        }
    }
}
