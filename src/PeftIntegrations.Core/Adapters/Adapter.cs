namespace PeftIntegrations.Core;

/// <summary>A method's patches on one model: what is trained, saved, merged, switched and dropped. It owns its tensors.</summary>
public sealed class Adapter : IDisposable
{
    private readonly List<(ISite Site, IReadOnlyList<Patch> Patches, Level Level)> _parts = [];
    private readonly SortedDictionary<string, Parameter> _tensors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unsaved = new(StringComparer.Ordinal);
    private readonly TensorPool _pool;

    /// <summary>Asks <paramref name="method"/> for a patch at each site of <paramref name="model"/>. Attaches nothing yet.</summary>
    /// <exception cref="ArgumentException">The method's options contradict each other, or it finds no site in this model.</exception>
    public Adapter(PretrainedModel model, PeftMethod method)
    {
        if (method.Contradictions().ToArray() is { Length: > 0 } contradictions)
        {
            throw new ArgumentException($"{method.GetType().Name} contradicts itself:\n  {string.Join("\n  ", contradictions)}",
                nameof(method));
        }

        (Model, Method) = (model, method);
        using var scope = NewDisposeScope();
        _pool = new TensorPool(model.Sites);
        try
        {
            Build();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The model it was made for.</summary>
    public PretrainedModel Model { get; }

    /// <summary>The method it was made by.</summary>
    public PeftMethod Method { get; }

    /// <summary>
    /// Its tensors by the names Hugging Face's files use, such as <c>base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight</c>.
    /// </summary>
    public IReadOnlyDictionary<string, Parameter> Tensors => _tensors;

    /// <summary>What a file holds, by the same names; most often the tensors themselves.</summary>
    public IReadOnlyDictionary<string, Tensor> Stored
    {
        get
        {
            var stored = new SortedDictionary<string, Tensor>(StringComparer.Ordinal);
            foreach (var (name, tensor) in _tensors.Where(pair => !_unsaved.Contains(pair.Key))) stored[name] = tensor;
            foreach (var part in _pool.Parts.OfType<IStoredForm>())
            {
                foreach (var (name, _) in (part as IOwnsTensors)?.Tensors ?? []) stored.Remove(name);
                foreach (var (name, tensor) in part.Stored) stored[name] = tensor;
            }

            foreach (var (site, patches, _) in _parts)
            {
                foreach (var (name, tensor) in patches.OfType<IStoredForm>().SelectMany(patch => patch.Stored))
                {
                    stored[KeyOf(site, name)] = tensor;
                }
            }

            return stored;
        }
    }

    /// <summary>The tensors that training changes.</summary>
    public IEnumerable<Parameter> Trainable => _tensors.Values.Where(tensor => tensor.requires_grad);

    /// <summary>How many numbers training changes.</summary>
    public long TrainableCount => Trainable.Sum(tensor => tensor.numel());

    /// <summary>The sites it has patches for, with the patches, innermost first.</summary>
    public IEnumerable<(ISite Site, IReadOnlyList<Patch> Patches)> Parts => _parts.Select(part => (part.Site, part.Patches));

    /// <summary>What of the method, its patches and their shared parts has an optional power.</summary>
    /// <typeparam name="T">The power, such as <see cref="IStepAware"/>.</typeparam>
    public IEnumerable<T> Powers<T>() =>
        _parts.SelectMany(part => part.Patches).Concat<object>(_pool.Parts).Prepend(Method).OfType<T>();

    /// <summary>Puts the patches on top of what is attached to the model.</summary>
    public void Attach()
    {
        foreach (var (site, _, level) in _parts) site.Levels = [.. site.Levels, level];
    }

    /// <summary>Takes the patches off the model, which is then as it was, bit for bit.</summary>
    public void Detach()
    {
        foreach (var (site, _, level) in _parts) site.Levels = [.. site.Levels.Where(other => other != level)];
    }

    /// <summary>Turns dropout on for training, or off.</summary>
    public void Train(bool on)
    {
        foreach (var patch in _parts.SelectMany(part => part.Patches)) patch.Train(on);
    }

    /// <summary>Frees the tensors. Detach first.</summary>
    public void Dispose()
    {
        foreach (var patch in Powers<IDisposable>()) patch.Dispose();
        foreach (var tensor in _tensors.Values)
        {
            tensor.grad?.Dispose();
            tensor.Dispose();
        }
    }

    private void Build()
    {
        foreach (var site in Model.Sites)
        {
            if (SitePatches.For(site, Method, _pool).ToArray() is { Length: > 0 } patches) Add(site, patches);
        }

        foreach (var (name, tensor) in _pool.Tensors) Own(name, tensor.Value, tensor.IsSaved);
        foreach (var (name, tensor) in _pool.Parts.OfType<IOwnsTensors>().SelectMany(part => part.Tensors)) Own(name, tensor);
        if (_parts.Count == 0) throw new ArgumentException(NoSite.Message(Model, Method), nameof(Method));
    }

    private void Add(ISite site, Patch[] patches)
    {
        _parts.Add((site, patches, new Level(new Share(patches))));
        foreach (var (name, tensor) in patches.SelectMany(patch => patch.Tensors)) Own(KeyOf(site, name), tensor);
    }

    private string KeyOf(ISite site, string name) => $"{Method.KeyPrefix}{site.Path}.{name}";

    private void Own(string name, Parameter tensor, bool isSaved = true)
    {
        _tensors.Add(name, (Parameter)tensor.DetachFromDisposeScope());
        if (!isSaved) _unsaved.Add(name);
    }
}
