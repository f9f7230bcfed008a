using System.Text.Json.Nodes;

namespace PeftIntegrations.Models;

/// <summary>A model's files: its <c>config.json</c> and its tensors by name, whatever the format.</summary>
public abstract class Checkpoint : IDisposable
{
    /// <summary>Where it is, for messages.</summary>
    public abstract string Source { get; }

    /// <summary>The configuration, in Hugging Face's words.</summary>
    public abstract JsonObject Config { get; }

    /// <summary>The names of its tensors, in Hugging Face's words.</summary>
    public abstract IReadOnlyCollection<string> Names { get; }

    /// <summary>The shape of a tensor, or null where there is none of this name.</summary>
    public abstract IReadOnlyList<long>? ShapeOf(string name);

    /// <summary>The type whose numbers the file itself holds, or null where they are packed in some other way.</summary>
    public virtual ScalarType? TypeOf(string name) => null;

    /// <summary>The tensor in the type asked for; mapped, not copied, where it is stored in that type.</summary>
    public abstract Tensor Read(string name, ScalarType type);

    /// <summary>
    /// A weight in the way that costs least: in the type to compute in, or as it is stored where that is smaller and can be multiplied by.
    /// </summary>
    public virtual FrozenWeight Weight(string name, ScalarType type, Device device) =>
        ShapeOf(name) is { Count: > 1 } && TypeOf(name) is { } stored && Devices.KeepsNarrow(stored, type, device)
            ? new NarrowWeight(Read(name, stored).DetachFromDisposeScope(), type)
            : new DenseWeight(Read(name, type).to(device).DetachFromDisposeScope());

    /// <summary>Opens a folder with <c>config.json</c> and safetensors, or a <c>.gguf</c> file.</summary>
    /// <exception cref="FileNotFoundException">There is no model at <paramref name="path"/>.</exception>
    /// <exception cref="InvalidDataException">The files are damaged.</exception>
    public static Checkpoint Open(string path)
    {
        if (Directory.Exists(path)) return new SafeTensorsCheckpoint(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
            $"There is no model at {path}: neither a folder nor a file. Models are never downloaded unasked.", path);
        }

        return path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? new GgufCheckpoint(path) : throw new InvalidDataException(
            $"{path} is no model: give a folder with config.json and model.safetensors, or a .gguf file.");
    }

    /// <summary>Closes the files. Tensors read stay valid.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the files.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
