using PeftIntegrations;
using PeftIntegrations.MLNet;

namespace Microsoft.ML;

/// <summary>Saves models with adapters, and loads them typed.</summary>
/// <remarks>
/// Plain <c>mlContext.Model.Save</c> and <c>Load</c> work too. They know no file's place, so they embed adapters up to 32 MiB only, look
/// for the base model where it was and below <c>PEFT_MODELS</c>, and what they load reads row by row.
/// </remarks>
public static class PeftModelCatalog
{
    /// <summary>Saves a model as <c>mlContext.Model.Save</c> does; a large adapter goes beside the zip, as a Hugging Face folder.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="model">The model: a chain, or one transformer.</param>
    /// <param name="inputSchema">What comes in; null to leave it out.</param>
    /// <param name="path">The zip.</param>
    /// <param name="embedUpTo">
    /// The largest adapter, in bytes, that goes into the zip. Default 32 MiB: beyond, it takes long and much memory.
    /// </param>
    public static void SaveModel(
        this PeftCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string path, long embedUpTo = SaveTarget.MostEmbedded)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        new SaveTarget(path, embedUpTo).While(() => catalog.Context.Model.Save(model, inputSchema, path));
    }

    /// <summary>Loads a model that was saved in either way. Its adapted parts are of the types that were saved, read many rows at once, and
    /// can be disposed.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="path">The zip.</param>
    /// <param name="inputSchema">What comes in; null where it was left out.</param>
    /// <param name="baseModel">Where the base model is; null to look beside the zip, where it was, and below <c>PEFT_MODELS</c>.</param>
    /// <param name="options">How to open the base model; null as it was, on the device that the context says.</param>
    /// <exception cref="FileNotFoundException">
    /// The zip or the base model is missing, or the base is another; the message says which.
    /// </exception>
    /// <exception cref="InvalidDataException">The zip is damaged, or of a newer version.</exception>
    public static ITransformer LoadModel(
        this PeftCatalog catalog, string path, out DataViewSchema? inputSchema, string? baseModel = null, PeftModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var context = catalog.Context;
        var plain = PlainModel.Load(context, path, out inputSchema);
        var places = new SearchPlaces(baseModel, Path.GetDirectoryName(Path.GetFullPath(path)));
        return PlainModel.Typed(context, plain, state => SavedTask.Parse(state).Open(DeviceOf.Context(options ?? new(), context), places));
    }

    /// <summary>Saves the adapter of a model as a folder that huggingface/peft loads.</summary>
    /// <exception cref="ArgumentException">The model has no adapter, or several.</exception>
    public static void ExportAdapter(this PeftCatalog catalog, ITransformer model, string folder)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        var found = PlainModel.AdaptedIn(model).Where(part => part.AdapterName is not null).ToArray();
        if (found.Length != 1)
        {
            throw new ArgumentException(
                $"The model has {found.Length} parts with an adapter, and one is exported at a time. Call ExportAdapter of the part "
                + "itself; a model that plain Load gave has none: load it with mlContext.Peft().LoadModel.", nameof(model));
        }

        found[0].ExportAdapter(folder);
    }
}
