using System.Security.Cryptography;

namespace PeftIntegrations.MLNet;

/// <summary>The adapter of a saved model: in the file, or beside it where it is large.</summary>
internal sealed record SavedAdapter
{
    /// <summary>SHA-256 of its tensors' file.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Its <c>adapter_config.json</c>, where it is in the file.</summary>
    public byte[]? Config { get; init; }

    /// <summary>Its <c>adapter_model.safetensors</c>, where it is in the file.</summary>
    public byte[]? Tensors { get; init; }

    /// <summary>Its folder's path from the zip's, where it is beside the file.</summary>
    public string? Folder { get; init; }

    /// <summary>Its folder's whole path on the machine that saved it.</summary>
    public string? FullFolder { get; init; }

    /// <summary>Saves the adapter of a transformer.</summary>
    /// <exception cref="InvalidOperationException">It is too large for the file, and nobody said where the file is.</exception>
    public static SavedAdapter Of(PeftTransformer transformer, SaveTarget? target)
    {
        using var temporary = new ScratchFolder();
        transformer.ExportAdapter(temporary.Path);
        var tensors = new FileInfo(Path.Combine(temporary.Path, AdapterFolder.TensorFile));
        var sha = Sha(tensors.FullName);
        if (tensors.Length <= (target?.EmbedUpTo ?? SaveTarget.MostEmbedded))
        {
            var config = File.ReadAllBytes(Path.Combine(temporary.Path, AdapterFolder.ConfigFile));
            return new() { Sha256 = sha, Config = config, Tensors = File.ReadAllBytes(tensors.FullName) };
        }

        if (target is null)
        {
            throw new InvalidOperationException(
                $"The adapter has {tensors.Length >> 20} MiB, and up to {SaveTarget.MostEmbedded >> 20} go into a zip. Save it with "
                + "mlContext.Peft().SaveModel(model, schema, path), which knows where the zip is and puts the adapter beside it.");
        }

        var name = target.NextAdapter();
        transformer.ExportAdapter(Path.Combine(target.Folder, name));
        return new() { Sha256 = sha, Folder = name, FullFolder = Path.Combine(target.Folder, name) };
    }

    /// <summary>Loads it into a model.</summary>
    /// <exception cref="FileNotFoundException">It was beside the zip, and is nowhere; the message says where it was looked for.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public void Load(AdapterLease lease, SearchPlaces places)
    {
        if (Folder is not null)
        {
            lease.Model.LoadAdapterAsync(lease.Name!, Find(places)).GetAwaiter().GetResult();
            return;
        }

        if (Config is null || Tensors is null || Convert.ToHexStringLower(SHA256.HashData(Tensors)) != Sha256)
        {
            throw new InvalidDataException("The saved model is damaged: its adapter has another SHA-256 than when it was saved.");
        }

        using var temporary = new ScratchFolder();
        File.WriteAllBytes(Path.Combine(temporary.Path, AdapterFolder.ConfigFile), Config);
        File.WriteAllBytes(Path.Combine(temporary.Path, AdapterFolder.TensorFile), Tensors);
        lease.Model.LoadAdapterAsync(lease.Name!, temporary.Path).GetAwaiter().GetResult();
    }

    private string Find(SearchPlaces places)
    {
        string[] there = [.. places.ForAdapter(Folder!, FullFolder!)];
        var found = there.Where(place => File.Exists(Path.Combine(place, AdapterFolder.TensorFile))).ToArray();
        return found.FirstOrDefault(place => Sha(Path.Combine(place, AdapterFolder.TensorFile)) == Sha256)
            ?? throw new FileNotFoundException(
                $"The saved model's adapter lies beside its zip, and was not found. Looked for {AdapterFolder.TensorFile} with "
                + $"SHA-256 {Sha256} at\n  {string.Join("\n  ", there.Select(Said))}\n"
                + "Copy the folder with the zip, and load it with mlContext.Peft().LoadModel, which looks beside the zip.", Folder);

        string Said(string place) => found.Contains(place) ? $"{place}: it is another one" : $"{place}: none";
    }

    private static string Sha(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private sealed class ScratchFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("peft-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
