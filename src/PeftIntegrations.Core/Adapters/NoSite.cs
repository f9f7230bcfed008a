namespace PeftIntegrations.Core;

/// <summary>Why a method found nothing to adapt in a model, and what it could have meant.</summary>
internal static class NoSite
{
    /// <summary>The whole message.</summary>
    public static string Message(PretrainedModel model, PeftMethod method)
    {
        var name = method.GetType().Name;
        if (model.Sites.Where(method.Targeted).Select(Last).Distinct().ToArray() is { Length: > 0 } found)
        {
            return $"{name} cannot adapt [{string.Join(", ", found)}]: it is made for [{method.DefaultTargets}]. " +
                $"Leave {nameof(method.Targets)} null, or name some of those.";
        }

        var targets = method.Targets?.ToString() ?? "its default";
        var known = string.Join(", ", Known(model, method));
        return $"{name} found no site to attach to: it targets [{targets}], and this model has [{known}]." +
            string.Concat(Narrowed(model, method).Concat(Meant(model, method)).Select(sentence => $" {sentence}"));
    }

    private static IEnumerable<string> Known(PretrainedModel model, PeftMethod method) =>
        method.Targets is Targets.ByRole
            ? model.Sites.Select(site => $"{site.Role}").Distinct()
            : model.Sites.OfType<AffineSite>().Select(Last).Distinct();

    private static IEnumerable<string> Narrowed(PretrainedModel model, PeftMethod method)
    {
        if (method.Layers is { } layers)
        {
            yield return $"{nameof(method.Layers)} narrows it to {string.Join(", ", layers)}, and the layers are 0 to " +
                $"{model.Shape.Layers - 1}.";
        }

        if (method.Exclude is { } excluded) yield return $"{nameof(method.Exclude)} leaves out [{excluded}].";
        if (method.Targets is Targets.ByPattern)
        {
            yield return $"A pattern matches a whole path, such as {model.Sites.OfType<Projection>().First().Path}.";
        }
    }

    /// <summary>For each name that no layer has, the nearest: of a layer, or of a role, as its layers are called here.</summary>
    private static IEnumerable<string> Meant(PretrainedModel model, PeftMethod method)
    {
        var parts = model.Sites.SelectMany(site => site.Path.Split('.')).ToHashSet(StringComparer.Ordinal);
        var roles = model.Sites.OfType<AffineSite>().GroupBy(site => site.Role)
            .ToDictionary(role => $"{role.Key}", role => string.Join(", ", role.Select(Last).Distinct()), StringComparer.OrdinalIgnoreCase);
        var layers = model.Sites.OfType<AffineSite>().Select(Last);
        var pairs = from word in method.Targets?.Words ?? []
                    where !parts.Contains(word)
                    let near = NearName.Of(word, roles.Keys.Concat(layers))
                    where near is not null
                    select $"{roles.GetValueOrDefault(near, near)} for {word}";
        if (string.Join(", ", pairs) is { Length: > 0 } meant) yield return $"Do you mean {meant}?";
    }

    private static string Last(ISite site) => site.Path.Split('.')[^1];
}
