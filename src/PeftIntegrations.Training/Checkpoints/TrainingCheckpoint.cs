using System.Text.Json;
using System.Text.Json.Serialization;

namespace PeftIntegrations.Training;

/// <summary>A run between two steps as a file holds it: a safetensors file with JSON and a checksum in its metadata.</summary>
/// <param name="State">Where the run stands.</param>
/// <param name="Identity">What run it is.</param>
/// <param name="Tensors">What it has learned and remembers.</param>
internal sealed record TrainingCheckpoint(
    CheckpointState State, IReadOnlyDictionary<string, string> Identity, IReadOnlyDictionary<string, Tensor> Tensors)
{
    private const string Version = "1";
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Writes the file's content.</summary>
    public void WriteTo(Stream target)
    {
        var (state, identity) = (JsonSerializer.Serialize(State, Json), JsonSerializer.Serialize(Identity, Json));
        SafeTensorsFile.Write(target, Tensors, new Dictionary<string, string>
        {
            ["checkpoint"] = Version,
            ["state"] = state,
            ["identity"] = identity,
            ["sha256"] = TensorDigest.Of(Tensors, state + identity),
        });
    }

    /// <summary>Reads a file whole; the tensors lie in its pages.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or no checkpoint.</exception>
    /// <exception cref="NotSupportedException">Another version of this library wrote it.</exception>
    public static TrainingCheckpoint Read(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        string Field(string name) => file.Metadata.GetValueOrDefault(name)
            ?? throw new InvalidDataException($"{path} is no checkpoint: its metadata lacks '{name}'.");
        if (Field("checkpoint") is not Version and var version)
        {
            throw new NotSupportedException(
                $"{path} is a checkpoint of version {version}, and this library reads {Version}. Resume with the one that wrote it.");
        }

        var tensors = file.Tensors.Keys.ToDictionary(name => name, file.Read);
        var (state, identity) = (Field("state"), Field("identity"));
        if (TensorDigest.Of(tensors, state + identity) != Field("sha256"))
        {
            throw new InvalidDataException($"{path} is damaged: its content does not fit its checksum.");
        }

        return new(
            JsonSerializer.Deserialize<CheckpointState>(state, Json)!,
            JsonSerializer.Deserialize<Dictionary<string, string>>(identity, Json)!,
            tensors);
    }
}
