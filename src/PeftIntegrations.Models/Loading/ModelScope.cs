using System.Text.Json.Nodes;

namespace PeftIntegrations.Models;

/// <summary>A place in a checkpoint: parts made here get its path, their weights from below it, and a role.</summary>
public readonly record struct ModelScope(ModelBuilder Builder, string Path)
{
    private const ulong NewHeadSeed = 42; // a model loaded twice is the same model, and an adapter of one fits the other

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

    /// <summary>
    /// An output layer that multiplies by the weight of an embedding, with a bias of its own if <paramref name="bias"/> names it.
    /// </summary>
    public Projection Tied(string name, Embedding embedding, string? bias = null)
    {
        var path = Under(name);
        var weight = Builder.Share($"{path}.weight", $"{embedding.Path}.weight");
        return Builder.Add(
            new Projection(Role.Head, path, Builder.Shape, weight, bias is null ? null : Builder.Bias(Under(bias), embedding.Vocabulary)));
    }

    /// <summary>
    /// A task's output layer: the checkpoint's, or a new one, normal with deviation 0.02 (arXiv:1810.04805), where it has none.
    /// </summary>
    public Projection TaskHead(string name, long @in, long labels, bool bias = true)
    {
        var path = Under(name);
        if (Has($"{name}.weight"))
        {
            Builder.CheckLabels($"{path}.weight", labels);
            return Projection(name, Role.Head, @in, labels, bias);
        }

        using var random = new Generator(NewHeadSeed);
        var weight = Builder.New($"{path}.weight", () => randn([labels, @in], device: CPU, generator: random) * 0.02);
        var start = bias ? Builder.New($"{path}.bias", () => zeros(labels, device: CPU)).Read() : null;
        return Builder.Add(new Projection(Role.Head, path, Builder.Shape, weight, start));
    }

    /// <summary>An embedding: <c>name.weight</c> [rows, size]; of tokens, or of positions or segments.</summary>
    public Embedding Embedding(string name, long rows, long size, Role role = Role.Embedding)
    {
        var path = Under(name);
        var padding = role == Role.Embedding && Builder.Config["pad_token_id"] is JsonValue id && id.TryGetValue<long>(out var token)
            ? token : (long?)null;
        return Builder.Add(new Embedding(role, path, Builder.Shape, Builder.Weight($"{path}.weight", rows, size), padding));
    }

    /// <summary>A layer norm: <c>name.weight</c> and <c>name.bias</c> [size].</summary>
    public LayerNorm LayerNorm(string name, long size, double epsilon, bool bias = true)
    {
        var path = Under(name);
        var weight = Builder.Weight($"{path}.weight", size);
        return Builder.Add(new LayerNorm(path, Builder.Shape, weight, bias ? Builder.Bias($"{path}.bias", size) : null, epsilon));
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
