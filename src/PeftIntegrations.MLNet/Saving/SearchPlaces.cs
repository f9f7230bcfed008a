namespace PeftIntegrations.MLNet;

/// <summary>Where the parts of a saved model that are not in its zip are looked for.</summary>
/// <param name="BaseModel">Where the base model is, where the caller says it; null to look for it.</param>
/// <param name="Folder">The zip's folder; null where it is not known: ML.NET tells nobody which file it is loading.</param>
internal sealed record SearchPlaces(string? BaseModel, string? Folder)
{
    private const string Variable = "PEFT_MODELS";

    /// <summary>Nothing is known.</summary>
    public static SearchPlaces Unknown { get; } = new(null, null);

    /// <summary>Where a base model may be, in the order in which to look.</summary>
    /// <param name="saved">What is known of it.</param>
    public IEnumerable<string> ForBase(SavedOrigin saved)
    {
        if (BaseModel is not null) return [BaseModel];

        string?[] places =
        [
            Folder is null || saved.FromZip is null ? null : Path.Combine(Folder, saved.FromZip),
            Folder is null ? null : Path.Combine(Folder, saved.Identity.Name),
            saved.Path, saved.FullPath,
            .. InVariable(saved.Identity.Name),
        ];
        return places.OfType<string>().Select(Path.GetFullPath).Distinct();
    }

    /// <summary>Where an adapter's folder may be, in the order in which to look.</summary>
    public IEnumerable<string> ForAdapter(string fromZip, string fullPath)
    {
        string?[] places = [Folder is null ? null : Path.Combine(Folder, fromZip), fullPath, Path.GetFullPath(fromZip)];
        return places.OfType<string>().Select(Path.GetFullPath).Distinct();
    }

    private static IEnumerable<string> InVariable(string name) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? [Path.Combine(folder, name), folder] : [];
}
