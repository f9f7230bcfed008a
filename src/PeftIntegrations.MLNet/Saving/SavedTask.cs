using System.Reflection;
using System.Text.Json;

namespace PeftIntegrations.MLNet;

/// <summary>All that a saved model needs besides its base: the task, the adapter, and what the base is known by.</summary>
internal sealed record SavedTask
{
    /// <summary>The layout that is written; older ones are still read.</summary>
    public const int Newest = 1;

    /// <summary>The layout.</summary>
    public int Format { get; init; } = Newest;

    /// <summary>The task's name.</summary>
    public required string Name { get; init; }

    /// <summary>The task.</summary>
    public required JsonElement Task { get; init; }

    /// <summary>The base model.</summary>
    public required SavedOrigin Base { get; init; }

    /// <summary>The adapter; null for the model alone.</summary>
    public SavedAdapter? Adapter { get; init; }

    /// <summary>The state of a transformer.</summary>
    public static SavedTask Of(PeftTransformer transformer) => new()
    {
        Name = transformer.Task.Name,
        Task = JsonDocument.Parse(transformer.Task.ToJson()).RootElement,
        Base = SavedOrigin.Of(transformer.Model, SaveTarget.Current),
        Adapter = transformer.AdapterName is null ? null : SavedAdapter.Of(transformer, SaveTarget.Current),
    };

    /// <summary>The state of a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of a newer version.</exception>
    public static SavedTask Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var format = document.RootElement.GetProperty(nameof(Format)).GetInt32();
            return format <= Newest ? document.Deserialize<SavedTask>()! : throw new InvalidDataException(
                $"The model was saved by a newer version of PeftIntegrations.MLNet: its format is {format}, and this version reads up to "
                + $"{Newest}. Update the package, or save the model with the older one.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The saved model is damaged: its state cannot be read. {e.Message}", e);
        }
    }

    /// <summary>The state as a file holds it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Opens the base and the adapter.</summary>
    /// <param name="options">How to open the base.</param>
    /// <param name="places">Where to look for both.</param>
    public (RowTask Task, AdapterLease Lease) Open(PeftModelOptions options, SearchPlaces places)
    {
        var task = RowTask.FromJson(Name, Task.GetRawText());
        var extensions = Base.Extensions.Select(Assembly.Load).Union(options.Extensions);
        var how = task.Fit(options with { DType = options.DType ?? Base.DType, Extensions = [.. extensions] });
        var shared = SharedModel.OpenAsync(Base.Find(places), how).GetAwaiter().GetResult();
        var lease = new AdapterLease(shared, Adapter is null ? null : SharedModel.NewAdapterName());
        try
        {
            Adapter?.Load(lease, places);
            return (task, lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }
}
