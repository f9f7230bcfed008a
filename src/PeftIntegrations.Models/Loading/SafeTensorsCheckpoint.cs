using System.Text.Json.Nodes;

namespace PeftIntegrations.Models;

/// <summary>A Hugging Face folder: <c>config.json</c>, and <c>model.safetensors</c> or the shards that its index names.</summary>
internal sealed class SafeTensorsCheckpoint : Checkpoint
{
    private const string Index = "model.safetensors.index.json";
    private readonly Dictionary<string, SafeTensorsFile> _fileOf = new(StringComparer.Ordinal);
    private readonly List<SafeTensorsFile> _files = [];

    public SafeTensorsCheckpoint(string folder)
    {
        Source = folder;
        var configFile = Path.Combine(folder, "config.json");
        if (!File.Exists(configFile))
        {
            throw new FileNotFoundException(
            $"{folder} has no config.json, so it is not a model folder. Give the folder that holds it.", configFile);
        }

        Config = JsonFile.Read(configFile);
        try
        {
            foreach (var name in FileNames(folder)) Add(Path.Combine(folder, name));
        }
        catch
        {
            Dispose(true);
            throw;
        }
    }

    public override string Source { get; }

    public override JsonObject Config { get; }

    public override IReadOnlyCollection<string> Names => _fileOf.Keys;

    public override IReadOnlyList<long>? ShapeOf(string name) => _fileOf.TryGetValue(name, out var file) ? file.Tensors[name].Shape : null;

    public override ScalarType? TypeOf(string name) => _fileOf.TryGetValue(name, out var file) ? file.Tensors[name].Type : null;

    public override Tensor Read(string name, ScalarType type)
    {
        var stored = _fileOf[name].Read(name);
        if (stored.dtype == type) return stored;

        using (stored) return stored.to(type);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var file in _files) file.Dispose();
        base.Dispose(disposing);
    }

    private void Add(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
            $"{path} is missing, though the folder's index names it. Copy the whole folder.", path);
        }

        var file = SafeTensorsFile.Open(path);
        _files.Add(file);
        foreach (var name in file.Tensors.Keys)
        {
            if (!_fileOf.TryAdd(name, file)) throw new InvalidDataException($"{name} is in both {_fileOf[name].Path} and {path}.");
        }
    }

    private static IEnumerable<string> FileNames(string folder)
    {
        if (File.Exists(Path.Combine(folder, "model.safetensors"))) return ["model.safetensors"];

        if (File.Exists(Path.Combine(folder, Index)))
        {
            var map = JsonFile.Read(Path.Combine(folder, Index))["weight_map"] as JsonObject
                ?? throw new InvalidDataException($"{folder}/{Index} has no weight_map.");
            return map.Select(pair => pair.Value?.ToString() ?? "").Distinct().Order(StringComparer.Ordinal)
                .Select(name => Path.GetFileName(name) == name && name.Length > 0
                ? name
                : throw new InvalidDataException($"{folder}/{Index} names the file '{name}', which is not in its own folder."));
        }

        var pickles = Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)!)
            .Where(name => Path.GetExtension(name) is ".bin" or ".pt" or ".pth" or ".ckpt").Order(StringComparer.Ordinal).ToArray();
        throw pickles.Length == 0
            ? new FileNotFoundException($"{folder} has neither model.safetensors nor {Index}.")
            : new InvalidDataException(
                $"{folder} holds its weights as pickle ({string.Join(", ", pickles)}), which can run code when read, so it is refused. " +
                "In Python, AutoModel.from_pretrained(folder).save_pretrained(folder) writes safetensors.");
    }
}
