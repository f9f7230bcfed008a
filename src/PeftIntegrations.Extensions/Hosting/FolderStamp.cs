namespace PeftIntegrations.Extensions;

/// <summary>When an adapter's files were written and how long they are: what changes when they are replaced.</summary>
internal readonly record struct FolderStamp(DateTime ConfigTime, long ConfigLength, DateTime TensorTime, long TensorLength)
{
    public static FolderStamp Of(string folder)
    {
        var config = new FileInfo(Path.Combine(folder, AdapterFolder.ConfigFile));
        var tensors = new FileInfo(Path.Combine(folder, AdapterFolder.TensorFile));
        return new(config.LastWriteTimeUtc, Length(config), tensors.LastWriteTimeUtc, Length(tensors));
    }

    private static long Length(FileInfo file) => file.Exists ? file.Length : -1;
}
