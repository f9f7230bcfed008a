using System.Security.Cryptography;

namespace PeftIntegrations;

/// <summary>What a model's files are known by, so that an adapter finds its base again and takes no other one for it.</summary>
/// <param name="Name">The last part of its path.</param>
/// <param name="Config">SHA-256 of <c>config.json</c>; empty where it is a single file.</param>
/// <param name="Weights">SHA-256 of its weights' names, lengths, and beginnings and ends.</param>
public sealed record ModelIdentity(string Name, string Config, string Weights)
{
    private const int Sampled = 1 << 20; // a file of weights differs from another one's everywhere

    /// <summary>The identity of a model's folder or file.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static ModelIdentity Of(string path)
    {
        var config = Path.Combine(path, "config.json");
        string[] weights = File.Exists(path) ? [path]
            : File.Exists(config) ? [.. Directory.EnumerateFiles(path, "*.safetensors").Order(StringComparer.Ordinal)]
            : throw new FileNotFoundException($"There is no model at {path}: neither a file nor a folder with config.json.", path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in weights) Append(hash, file);
        return new(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))),
            File.Exists(config) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(config))) : "",
            Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Whether both are the same model, wherever they lie.</summary>
    public bool IsSameModel(ModelIdentity other) => Config == other.Config && Weights == other.Weights;

    private static void Append(IncrementalHash hash, string path)
    {
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{Path.GetExtension(path)} {length}\n"));
        var buffer = new byte[(int)Math.Min(Sampled, length)];
        foreach (var start in new[] { 0, length / 2, length - buffer.Length })
        {
            var read = RandomAccess.Read(file, buffer, Math.Min(start, length - buffer.Length));
            hash.AppendData(buffer.AsSpan(0, read));
        }
    }
}
