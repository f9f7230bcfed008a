using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PeftIntegrations.Core;

/// <summary>A method as <c>adapter_config.json</c> says it.</summary>
internal static class MethodFile
{
    /// <summary>The version of Hugging Face's peft whose files these are.</summary>
    private const string PeftVersion = "0.21.2";

    /// <summary>The method of a configuration.</summary>
    /// <exception cref="InvalidDataException">It is of no known method, or a field has an impossible value.</exception>
    /// <exception cref="NotSupportedException">It sets a field that changes the mathematics and that the method does not know.</exception>
    public static PeftMethod Read(JsonObject config, Registry<PeftMethod> methods, string source)
    {
        var name = config["peft_type"]?.ToString()
            ?? throw new InvalidDataException($"{source} names no peft_type. Known: {string.Join(", ", methods.Names)}.");
        var type = methods.Types.Values.FirstOrDefault(t => t.GetCustomAttribute<StoredAsAttribute>() is { } stored
            && stored.PeftType.Equals(name, StringComparison.OrdinalIgnoreCase) && IsSet(config[stored.Marker]))
            ?? (methods.Types.TryGetValue(name, out var plain) ? plain : throw new InvalidDataException(
                $"{source} is of peft_type '{name}', which is not known. Known: {string.Join(", ", methods.Names)}."));
        try
        {
            var stated = new JsonObject(config.Where(pair => pair.Value is not null)
                .Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
            var method = (PeftMethod)stated.Deserialize(type)!;
            var refused = method.Refused.Where(field => IsSet(config[field])).ToArray();
            return refused.Length == 0 ? method : throw new NotSupportedException(
                $"{source} sets {string.Join(", ", refused)}, which {type.Name} does not know, and without it the adapter would compute " +
                    $"something else.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"{source} has a value that {type.Name} cannot take: {e.Message}", e);
        }
    }

    /// <summary>
    /// The configuration of an adapter's method, every name resolved against its model, keys sorted as Python sorts them.
    /// </summary>
    public static JsonObject Write(Adapter adapter, string? baseModel)
    {
        var method = adapter.Method with { Targets = Resolve(adapter), Exclude = ResolveExclude(adapter) };
        var type = method.GetType();
        var stored = type.GetCustomAttribute<StoredAsAttribute>();
        var config = JsonSerializer.SerializeToNode(method, type)!.AsObject();
        config["peft_type"] = stored?.PeftType ?? type.GetCustomAttributes<RegisteredAsAttribute>().First().Name;
        if (stored is not null) config[stored.Marker] = true;
        if (method.Bias == BiasTraining.AdaptedOnly) config["bias"] = $"{config["peft_type"]!.ToString().ToLowerInvariant()}_only";
        config["peft_version"] = PeftVersion;
        config["inference_mode"] = true;
        config["task_type"] ??= adapter.Model.Head.TaskType;
        if (baseModel is not null || !config.ContainsKey("base_model_name_or_path")) config["base_model_name_or_path"] = baseModel;
        foreach (var part in adapter.Powers<IConfigured>()) part.Write(config);
        foreach (var field in new[] { "auto_mapping", "revision" }) config.TryAdd(field, null);

        return new(config.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
    }

    private static bool IsSet(JsonNode? value) => value switch
    {
        null => false,
        JsonArray array => array.Count > 0,
        JsonObject members => members.Count > 0,
        JsonValue scalar => scalar.GetValueKind() is not (JsonValueKind.False or JsonValueKind.Null),
        _ => true,
    };

    /// <summary>
    /// Roles and all-linear as the names of this model's layers: the last part of the path where that is enough, else the whole.
    /// </summary>
    private static Targets? Resolve(Adapter adapter)
    {
        var method = adapter.Method;
        if (method.Targets is Targets.ByName or Targets.ByPattern) return method.Targets;

        if (!adapter.Model.Sites.Any(method.Targeted)) method = method with { ModulesToSave = null }; // those it chose are all saved whole
        var chosen = adapter.Model.Sites.OfType<AffineSite>().Where(method.Targeted).ToArray();
        if (chosen.Length == 0) return method.Targets;

        var names = Targets.Names([.. chosen.Select(site => site.Path.Split('.')[^1]).Distinct()]);
        var same = adapter.Model.Sites.OfType<AffineSite>().Where((method with { Targets = names }).Targeted).SequenceEqual(chosen);
        return same ? names : Targets.Names([.. chosen.Select(site => site.Path)]);
    }

    /// <summary>Where roles or all-linear are left out, the paths: peft knows neither spelling there.</summary>
    private static Targets? ResolveExclude(Adapter adapter)
    {
        var exclude = adapter.Method.Exclude;
        if (exclude is null or Targets.ByName or Targets.ByPattern) return exclude;

        var paths = adapter.Model.Sites.OfType<AffineSite>().Where(exclude.Match).Select(site => site.Path).ToArray();
        return paths.Length == 0 ? null : Targets.Names(paths);
    }
}
