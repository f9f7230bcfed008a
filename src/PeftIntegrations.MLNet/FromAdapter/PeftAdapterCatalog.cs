using PeftIntegrations;
using PeftIntegrations.MLNet;

namespace Microsoft.ML;

/// <summary>Adapters that were made elsewhere, in Python for instance.</summary>
public static class PeftAdapterCatalog
{
    /// <summary>A transformer of an adapter's folder, without training.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="baseModel">The base model: a Hugging Face folder, or a <c>.gguf</c> file.</param>
    /// <param name="folder">The adapter's folder, as this library or huggingface/peft saves it.</param>
    /// <param name="options">Its labels and columns; null for what the folder says and the usual names.</param>
    /// <exception cref="FileNotFoundException">There is no model, or no adapter.</exception>
    /// <exception cref="InvalidDataException">The adapter does not fit the model; the message names every wrong tensor.</exception>
    public static PeftTransformer FromAdapter(this PeftCatalog catalog, string baseModel, string folder, PeftAdapterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(baseModel);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new();
        var task = AdapterTask.Of(baseModel, folder, options);
        var how = task.Fit(DeviceOf.Context(options.Model, catalog.Context));
        var lease = new AdapterLease(SharedModel.OpenAsync(baseModel, how).GetAwaiter().GetResult(), SharedModel.NewAdapterName());
        try
        {
            lease.Model.LoadAdapterAsync(lease.Name!, folder).GetAwaiter().GetResult();
            task = task.Of(lease.Model);
            return task.Create(new(catalog.Context, task, lease));
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }
}
