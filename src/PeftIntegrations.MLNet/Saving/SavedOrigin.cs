namespace PeftIntegrations.MLNet;

/// <summary>What the base of a saved model is known by. The base itself is never in the file.</summary>
internal sealed record SavedOrigin
{
    /// <summary>Its path, as it was given.</summary>
    public required string Path { get; init; }

    /// <summary>Its whole path on the machine that saved it.</summary>
    public required string FullPath { get; init; }

    /// <summary>Its path from the zip's folder; null where nobody knew that.</summary>
    public string? FromZip { get; init; }

    /// <summary>What its files are known by.</summary>
    public required ModelIdentity Identity { get; init; }

    /// <summary>The type it computes in, where one was asked for.</summary>
    public ScalarType? DType { get; init; }

    /// <summary>The assemblies that hold methods or architectures which it needs.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>What is known of an open model.</summary>
    public static SavedOrigin Of(PeftModel model, SaveTarget? target)
    {
        var full = System.IO.Path.GetFullPath(model.Source);
        return new()
        {
            Path = model.Source,
            FullPath = full,
            FromZip = target is null ? null : System.IO.Path.GetRelativePath(target.Folder, full),
            Identity = ModelIdentity.Of(full),
            DType = model.Options.DType,
            Extensions = [.. model.Options.Extensions.Select(assembly => assembly.FullName!)],
        };
    }

    /// <summary>Where the model is now.</summary>
    /// <exception cref="FileNotFoundException">It is nowhere; the message says what was looked for, and where.</exception>
    public string Find(SearchPlaces places)
    {
        var found = new List<string>();
        foreach (var place in places.ForBase(this))
        {
            try
            {
                if (ModelIdentity.Of(place).IsSameModel(Identity)) return place;
                found.Add($"{place}: another model, or this one changed");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                found.Add($"{place}: no model there");
            }
        }

        throw new FileNotFoundException(
            $"The base model '{Identity.Name}' of the saved model was not found. Looked for a config.json with SHA-256 "
            + $"{Identity.Config} and weights with {Identity.Weights} at\n  {string.Join("\n  ", found)}\n"
            + "Put it there, set PEFT_MODELS to the folder that holds it, or give its path to mlContext.Peft().LoadModel.", Path);
    }
}
