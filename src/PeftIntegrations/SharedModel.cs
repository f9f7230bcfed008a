using System.Text.Json;

namespace PeftIntegrations;

/// <summary>
/// A model that several users share: the first one opens it, and it is freed when the last one leaves. Users that ask for the same
/// path and the same options get the same weights, each with adapters of its own.
/// </summary>
public sealed class SharedModel : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Entry> Entries = [];
    private static int _names;
    private readonly PeftModel _model;
    private Entry? _entry;

    private SharedModel(Entry entry, PeftModel model) => (_entry, _model) = (entry, model);

    /// <summary>Leaves without waiting, where nobody disposed it.</summary>
    ~SharedModel() => _ = Leave(Interlocked.Exchange(ref _entry, null));

    /// <summary>The model.</summary>
    /// <exception cref="ObjectDisposedException">This user has left.</exception>
    public PeftModel Model
    {
        get
        {
            ObjectDisposedException.ThrowIf(_entry is null, this);
            return _model;
        }
    }

    /// <summary>How many users the model has; 0 once this one has left.</summary>
    public int Users
    {
        get
        {
            lock (Gate) return _entry?.Users ?? 0;
        }
    }

    /// <summary>Opens a model, or joins those that have it open.</summary>
    /// <inheritdoc cref="PeftModel.LoadAsync"/>
    public static async Task<SharedModel> OpenAsync(
        string path, PeftModelOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var entry = Enter(path, options ?? new());
        try
        {
            return new(entry, await entry.Model.Value.WaitAsync(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await Leave(entry).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A name for an adapter that no other user of any model has.</summary>
    public static string NewAdapterName() => $"shared-{Interlocked.Increment(ref _names)}";

    /// <summary>Leaves. The last one frees the model. To leave again does nothing.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Leave(Interlocked.Exchange(ref _entry, null)).GetAwaiter().GetResult();
    }

    private static Entry Enter(string path, PeftModelOptions options)
    {
        var key = KeyOf(path, options);
        lock (Gate)
        {
            if (!Entries.TryGetValue(key, out var entry))
            {
                Entries[key] = entry = new(key, new(() => PeftModel.LoadAsync(path, options, CancellationToken.None)));
            }

            entry.Users++;
            return entry;
        }
    }

    private static async Task Leave(Entry? entry)
    {
        if (entry is null) return;

        lock (Gate)
        {
            if (--entry.Users > 0) return;
            Entries.Remove(entry.Key);
        }

        try
        {
            await (await entry.Model.Value.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception) when (entry.Model.Value.IsFaulted)
        {
            // it was never opened, and whoever asked has been told
        }
    }

    private static string KeyOf(string path, PeftModelOptions options) => JsonSerializer.Serialize(new
    {
        Path = ModelFiles.Place(path),
        options.DType,
        options.Device,
        options.FallbackToCpu,
        options.Head,
        options.Labels,
        options.Problem,
        options.Pooling,
        options.Normalised,
        Extensions = options.Extensions.Select(assembly => assembly.FullName),
    });

    private sealed class Entry(string key, Lazy<Task<PeftModel>> model)
    {
        public string Key => key;

        public Lazy<Task<PeftModel>> Model => model;

        public int Users { get; set; }
    }
}
