namespace PeftIntegrations.Models;

/// <summary>A place in a checkpoint: parts made here get its path, their weights from below it, and a role.</summary>
public readonly record struct ModelScope(ModelBuilder Builder, string Path)
{
    /// <summary>The place <paramref name="name"/> below this one.</summary>
    public ModelScope At(string name) => new(Builder, Under(name));

    /// <summary>Whether the checkpoint has a tensor of this name here.</summary>
    public bool Has(string name) => Builder.Has(Under(name));

    /// <summary>A linear layer: <c>name.weight</c> [out, in], and <c>name.bias</c> [out] if it has one.</summary>
    public Projection Projection(string name, Role role, long @in, long @out, bool bias = false)
    {
        var path = Under(name);
        var weight = Builder.Weight($"{path}.weight", @out, @in);
        return Builder.Add(new Projection(role, path, Builder.Shape, weight, bias ? Builder.Bias($"{path}.bias", @out) : null));
    }

    /// <summary>An output layer that multiplies by the weight of an embedding.</summary>
    public Projection Tied(string name, Role role, Embedding embedding)
    {
        var path = Under(name);
        return Builder.Add(new Projection(role, path, Builder.Shape, Builder.Share($"{path}.weight", $"{embedding.Path}.weight")));
    }

    /// <summary>A linear layer that no checkpoint has yet, starting as a normal with the given deviation.</summary>
    public Projection NewProjection(string name, Role role, long @in, long @out, double deviation)
    {
        var path = Under(name);
        var weight = Builder.New($"{path}.weight", () => randn(@out, @in) * deviation);
        return Builder.Add(new Projection(role, path, Builder.Shape, weight));
    }

    /// <summary>A token embedding: <c>name.weight</c> [vocab, size].</summary>
    public Embedding Embedding(string name, long vocabulary, long size)
    {
        var path = Under(name);
        return Builder.Add(new Embedding(path, Builder.Shape, Builder.Weight($"{path}.weight", vocabulary, size)));
    }

    /// <summary>A root-mean-square norm: <c>name.weight</c> [size].</summary>
    public RmsNorm RmsNorm(string name, long size, double epsilon)
    {
        var path = Under(name);
        return Builder.Add(new RmsNorm(path, Builder.Shape, Builder.Weight($"{path}.weight", size), epsilon));
    }

    /// <summary>The computation at this place, for adapters to wrap.</summary>
    public Point<TIn> Point<TIn>(Role role) => Builder.Add(new Point<TIn>(role, Path, Builder.Shape));

    private string Under(string name) => Path.Length == 0 ? name : $"{Path}.{name}";
}
