namespace PeftIntegrations.Conformance;

/// <summary>Which library may reference which: the picture of the architecture, edge by edge.</summary>
internal static class ProjectGraph
{
    private static readonly string[] Native = ["TorchSharp-", "libtorch"];

    private static readonly Dictionary<string, string[]> Picture = new()
    {
        ["Core"] = [],
        ["Data"] = [],
        ["Methods"] = ["Core"],
        ["Models"] = ["Core"],
        ["Training"] = ["Core", "Data"],
        ["Inference"] = ["Core", "Data"],
        ["PeftIntegrations"] = ["Core", "Data", "Methods", "Models", "Training", "Inference"],
        ["Extensions"] = ["PeftIntegrations"],
        ["MLNet"] = ["PeftIntegrations"],
        ["SemanticKernel"] = ["Extensions"],
    };

    public static IEnumerable<string> EdgesOutsideThePicture(Project library) => Picture.TryGetValue(Part(library.Name), out var allowed)
        ? library.References.Where(r => !allowed.Contains(Part(r)))
            .Select(r => $"{library.Path} references {r}; it may reference only [{string.Join(", ", allowed)}]")
        : [$"{library.Path} is not in the picture ({string.Join(", ", Picture.Keys)}); draw it there first"];

    public static IEnumerable<string> NativeTorch(string project, IEnumerable<string> packages) => packages
        .Where(p => Native.Any(n => p.StartsWith(n, StringComparison.OrdinalIgnoreCase)))
        .Select(p => $"{project} references {p}; a library references managed TorchSharp only, and the application picks libtorch");

    public static IEnumerable<string> AnyTorch(string project, IEnumerable<string> packages) => packages
        .Where(p => p.Contains("torch", StringComparison.OrdinalIgnoreCase))
        .Select(p => $"{project} references {p}; text is handled without TorchSharp");

    private static string Part(string project) => project.Replace("PeftIntegrations.", "", StringComparison.Ordinal);
}
