namespace PeftIntegrations.Core;

/// <summary>A model's adapters by name, and which of them act. To switch is to set a list at each site: no weight changes.</summary>
public sealed class AdapterStack(PretrainedModel model) : IDisposable
{
    private const int MostKnown = 64;

    private static readonly IReadOnlyList<Level> None = [];

    private readonly Dictionary<string, Adapter> _adapters = new(StringComparer.Ordinal);
    private readonly Dictionary<Composition, IReadOnlyList<Level>[]> _known = []; // so that to switch back costs next to nothing
    private IReadOnlyList<Composition> _rows = [];

    /// <summary>The names, in the order in which they came.</summary>
    public IReadOnlyCollection<string> Names => _adapters.Keys;

    /// <summary>What acts now on all rows of a batch; nothing, where each row has its own (<see cref="ActiveRows"/>).</summary>
    public Composition Active { get; private set; } = Composition.None;

    /// <summary>What acts now on each row of a batch; none where all rows have the same.</summary>
    public IReadOnlyList<Composition> ActiveRows => _rows;

    /// <summary>The adapter of this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public Adapter this[string name] => _adapters.TryGetValue(name, out var adapter) ? adapter : throw new ArgumentException(
        $"There is no adapter '{Shown(name)}' on this model. " +
            $"{(_adapters.Count == 0 ? "None is loaded yet." : $"Loaded: {string.Join(", ", _adapters.Keys)}.")}", nameof(name));

    /// <summary>Whether there is an adapter of this name.</summary>
    public bool Contains(string name) => _adapters.ContainsKey(name);

    /// <summary>Takes an adapter, and frees the one that had its name.</summary>
    public void Set(string name, Adapter adapter)
    {
        if (adapter.Model != model)
        {
            throw new ArgumentException($"Adapter '{name}' was made for another model. Load it on this one.", nameof(adapter));
        }

        Remove(name);
        _known.Clear();
        _adapters.Add(name, adapter);
    }

    /// <summary>Frees an adapter; where it acts, the model is left alone.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name)
    {
        if (!_adapters.TryGetValue(name, out var adapter)) return false;

        _known.Clear();
        if (_rows.Prepend(Active).Any(composition => composition.Names.Contains(name))) Activate(Composition.None);
        adapter.Dispose();
        return _adapters.Remove(name);
    }

    /// <summary>Lets these adapters act, and no others.</summary>
    /// <exception cref="ArgumentException">A name is not known. What acted before still acts.</exception>
    public void Activate(Composition composition)
    {
        if (composition == Active && _rows.Count == 0) return;

        Attach(LevelsOf(composition));
        (Active, _rows) = (composition, []);
    }

    /// <summary>
    /// Lets adapters of its own act on each row of the batches to come, which have as many rows. Cheapest where rows with the same
    /// composition lie one behind another.
    /// </summary>
    /// <exception cref="ArgumentException">A name is not known. What acted before still acts.</exception>
    /// <exception cref="NotSupportedException">Adapters cannot share a pass (<see cref="SharesPasses"/>).</exception>
    public void Activate(IReadOnlyList<Composition> rows)
    {
        if (rows.Count > 0 && rows.All(row => row == rows[0]))
        {
            Activate(rows[0]);
            return;
        }

        if (rows.SequenceEqual(_rows)) return;

        var groups = GroupsOf(rows).Select(group => (group.Rows, Levels: LevelsOf(group.Composition))).ToArray();
        Attach([.. Enumerable.Range(0, model.Sites.Count).Select(site => Array.TrueForAll(groups, group => group.Levels[site].Count == 0)
            ? None
            : [new([.. groups.Select(group => new RowGroup(group.Rows, group.Levels[site]))])])]);
        (Active, _rows) = (Composition.None, [.. rows]);
    }

    /// <summary>Whether rows with these adapters may stand in a batch with rows of others: they act on layers, and on no more.</summary>
    /// <exception cref="ArgumentException">A name is not known.</exception>
    public bool SharesPasses(Composition composition) =>
        composition.Names.All(name => this[name].Parts.All(part => part.Site is AffineSite));

    /// <summary>
    /// The model's scores, each row of the batch under a composition of its own; the answer is as if each row were run alone.
    /// </summary>
    /// <param name="batch">The tokens.</param>
    /// <param name="rows">What acts on each row.</param>
    /// <remarks>Adapters of layers share one pass. Those that wrap blocks or the stack are run one after another.</remarks>
    public Tensor Forward(TokenBatch batch, IReadOnlyList<Composition> rows)
    {
        if (rows.Count != batch.Ids.shape[0])
        {
            throw new ArgumentException(
                $"The batch has {batch.Ids.shape[0]} rows, and {rows.Count} compositions are given. Give one for each row.", nameof(rows));
        }

        var groups = GroupsOf(rows);
        var (before, rowsBefore) = (Active, _rows);
        try
        {
            return rows.Distinct().All(SharesPasses) ? Together(batch, groups) : OneAfterAnother(batch, groups);
        }
        finally
        {
            if (rowsBefore.Count > 0) Activate(rowsBefore);
            else Activate(before);
        }
    }

    /// <summary>Frees all adapters and leaves the model as it was.</summary>
    public void Dispose()
    {
        Activate(Composition.None);
        foreach (var adapter in _adapters.Values) adapter.Dispose();
        _adapters.Clear();
    }

    private static (Composition Composition, int[] Rows)[] GroupsOf(IReadOnlyList<Composition> rows) =>
        [.. rows.Index().GroupBy(row => row.Item, row => row.Index).Select(group => (group.Key, group.ToArray()))];

    private Tensor Together(TokenBatch batch, (Composition Composition, int[] Rows)[] groups)
    {
        Activate([.. groups.SelectMany(group => group.Rows.Select(_ => group.Composition))]);
        return InOrder(model.Forward(Rows(batch, [.. groups.SelectMany(group => group.Rows)])), groups);
    }

    private Tensor OneAfterAnother(TokenBatch batch, (Composition Composition, int[] Rows)[] groups)
    {
        var parts = new List<Tensor>();
        foreach (var (composition, rows) in groups)
        {
            Activate(composition);
            parts.Add(model.Forward(Rows(batch, rows)));
        }

        return InOrder(cat(parts, dim: 0), groups);
    }

    private static TokenBatch Rows(TokenBatch batch, int[] rows)
    {
        if (rows.SequenceEqual(Enumerable.Range(0, (int)batch.Ids.shape[0]))) return batch;

        var index = tensor(rows.Select(row => (long)row).ToArray(), device: batch.Ids.device);
        return new(batch.Ids.index_select(0, index), batch.Mask?.index_select(0, index), batch.TypeIds?.index_select(0, index));
    }

    private static Tensor InOrder(Tensor grouped, (Composition Composition, int[] Rows)[] groups)
    {
        var places = groups.SelectMany(group => group.Rows).Index().OrderBy(row => row.Item).Select(row => (long)row.Index).ToArray();
        return places.Index().All(place => place.Item == place.Index)
            ? grouped
            : grouped.index_select(0, tensor(places, device: grouped.device));
    }

    // What is attached at each site, in the order of the model's.
    private IReadOnlyList<Level>[] LevelsOf(Composition composition)
    {
        if (_known.TryGetValue(composition, out var known)) return known;

        if (_known.Count == MostKnown) _known.Clear();
        return _known[composition] = NewLevels(composition);
    }

    private IReadOnlyList<Level>[] NewLevels(Composition composition)
    {
        var levels = new Dictionary<ISite, List<Level>>();
        foreach (var level in composition.Levels)
        {
            var shares = from share in level from part in this[share.Name].Parts group new Share(part.Patches, share.Weight) by part.Site;
            foreach (var atSite in shares)
            {
                if (!levels.TryGetValue(atSite.Key, out var list)) levels[atSite.Key] = list = [];
                list.Add(new Level([.. atSite]));
            }
        }

        return [.. model.Sites.Select(site => levels.GetValueOrDefault(site) ?? None)];
    }

    private void Attach(IReadOnlyList<Level>[] levels)
    {
        for (var i = 0; i < levels.Length; i++)
        {
            var site = model.Sites[i];
            if (site.Levels != levels[i]) site.Levels = levels[i];
        }
    }

    private static string Shown(string name) => name.Length <= 128 ? name : name[..128] + "…";
}
