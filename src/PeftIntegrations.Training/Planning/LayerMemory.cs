namespace PeftIntegrations.Training;

/// <summary>What a layer keeps of a token for its gradient, and what computing that takes, in numbers.</summary>
/// <param name="Kept">
/// The inputs of its norms, what attention and the activation between MLP layers read, and the inputs of layers that learn.
/// </param>
/// <param name="Gradients">The gradients that are there at once: of the widest activation, of its input, and of the stream.</param>
internal readonly record struct LayerMemory(long Kept, long Gradients)
{
    // Projections that read the same tensor, which is kept once.
    private static readonly Role[][] ByInput =
        [[Role.Query, Role.Key, Role.Value, Role.QueryKeyValue], [Role.Output], [Role.Gate, Role.Up, Role.GateUp], [Role.Down]];

    // Projections that read what a norm gives.
    private static readonly Role[][] BehindNorms = [ByInput[0], ByInput[2]];

    // Projections whose output is read by what is no linear layer, whose gradient needs it.
    private static readonly Role[] ReadOutputs =
        [Role.Query, Role.Key, Role.Value, Role.QueryKeyValue, Role.Gate, Role.Up, Role.GateUp];

    /// <summary>The layers of an adapter's model, in order; those below all that learns keep nothing.</summary>
    public static LayerMemory[] Of(Adapter adapter)
    {
        var learning = adapter.Parts.ToDictionary(part => part.Site, part => part.Patches);
        var layers = Enumerable.Range(0, adapter.Model.Shape.Layers)
            .Select(number => adapter.Model.Sites.Where(site => LayerOf(site) == number).ToArray()).ToArray();
        var first = learning.Keys.Any(site => LayerOf(site) is null && site.Role != Role.Head) ? 0
            : learning.Keys.Min(LayerOf) ?? layers.Length;
        return [.. layers.Select((sites, number) => number < first ? default : Of(sites, learning, adapter.Model.Shape.Hidden))];
    }

    private static LayerMemory Of(ISite[] sites, Dictionary<ISite, IReadOnlyList<Patch>> learning, long hidden)
    {
        var projections = sites.OfType<Projection>().ToArray();
        var read = projections.Where(site => ReadOutputs.Contains(site.Role)).Sum(site => site.Out);
        var inputs = ByInput.Where(Learns).Where(group => !IsMadeAgain(group)).Sum(group => Among(group).First().In);
        var widest = projections.Select(site => Math.Max(site.In, site.Out)).DefaultIfEmpty(hidden).Max();
        return new(Norms() + read + inputs, (3 * widest) + (2 * hidden));

        IEnumerable<Projection> Among(Role[] group) => projections.Where(site => group.Contains(site.Role));

        bool Learns(Role[] group) => Among(group).Any(learning.ContainsKey);

        // The activation of gate and up, which are kept.
        bool IsMadeAgain(Role[] group) => group.Contains(Role.Down) && projections.Any(site => site.Role == Role.Gate)
            && Among(group).All(site => learning.GetValueOrDefault(site, []).All(patch => patch is IMakesInputAgain));

        // A norm in fp32 keeps its value in place of its input: the tensor that those behind it keep, where they learn.
        long Norms()
        {
            var norms = sites.OfType<AffineSite>().Where(site => site.Role == Role.Norm).ToArray();
            var shared = norms.Count(norm => norm is RmsNorm { DType: ScalarType.Float32, Device.type: DeviceType.CPU });
            return norms.Sum(norm => norm.WeightShape[0]) - (Math.Min(shared, BehindNorms.Count(Learns)) * hidden);
        }
    }

    private static int? LayerOf(ISite site)
    {
        foreach (var part in site.Path.Split('.'))
        {
            if (int.TryParse(part, System.Globalization.NumberStyles.None, null, out var number)) return number;
        }

        return null;
    }
}
