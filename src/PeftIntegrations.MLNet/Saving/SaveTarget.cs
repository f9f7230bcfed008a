namespace PeftIntegrations.MLNet;

/// <summary>The file that is being saved: ML.NET tells a transformer neither its name nor its folder.</summary>
/// <param name="zip">The file.</param>
/// <param name="embedUpTo">The largest adapter, in bytes, that goes into it.</param>
internal sealed class SaveTarget(string zip, long embedUpTo)
{
    /// <summary>What goes into a file whose place is not known, at most: text in a zip takes many times its size in memory.</summary>
    public const long MostEmbedded = 32L << 20;

    private static readonly AsyncLocal<SaveTarget?> Ambient = new();
    private int _adapters;

    /// <summary>The file of this flow of calls; null where it is not known.</summary>
    public static SaveTarget? Current => Ambient.Value;

    /// <summary>Its folder.</summary>
    public string Folder { get; } = Path.GetDirectoryName(Path.GetFullPath(zip))!;

    /// <summary>The largest adapter that goes into it.</summary>
    public long EmbedUpTo => embedUpTo;

    /// <summary>Saves while this is the current file.</summary>
    public void While(Action save)
    {
        var before = Ambient.Value;
        Ambient.Value = this;
        try
        {
            save();
        }
        finally
        {
            Ambient.Value = before;
        }
    }

    /// <summary>The name of a folder beside the file, for the next adapter.</summary>
    public string NextAdapter()
    {
        var name = $"{Path.GetFileNameWithoutExtension(zip)}.adapter";
        return ++_adapters == 1 ? name : $"{name}{_adapters}";
    }
}
