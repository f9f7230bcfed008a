using System.Text.RegularExpressions;

namespace PeftIntegrations.Methods;

/// <summary>Values by layer, as Hugging Face's <c>rank_pattern</c> and <c>alpha_pattern</c> give them.</summary>
internal static class PathPattern
{
    /// <summary>The value of the first key, a regular expression, that the end of the path matches.</summary>
    public static T Find<T>(IReadOnlyDictionary<string, T> byPattern, string path, T otherwise) => byPattern
        .Where(pair => Regex.IsMatch(path, $@"^(.*\.)?({pair.Key})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)))
        .Select(pair => pair.Value)
        .FirstOrDefault(otherwise);
}
