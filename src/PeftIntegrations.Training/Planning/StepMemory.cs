namespace PeftIntegrations.Training;

/// <summary>
/// The peak memory of a step, from the structure of model and adapter: what is there already, what training keeps from step to step, what
/// a forward pass keeps for the gradients, and the largest of what comes and goes.
/// </summary>
internal sealed class StepMemory
{
    private const long Workspace = 48 << 20; // libtorch's first products and the code compiled for a step, measured on tiny models
    private const double Holes = 2.5; // in the heap of an old glibc, times the gradients of the layers until they are given back; measured
    private const long QueriesAtOnce = 128; // as in BlockedAttention, which only the architectures know

    private readonly Adapter _adapter;
    private readonly long _there;
    private readonly long _length;
    private readonly long _size;
    private readonly LayerMemory[] _layers;

    public StepMemory(Adapter adapter, TrainingOptions options)
    {
        _adapter = adapter;
        using var scope = NewDisposeScope();
        var weights = adapter.Model.Weights.Values.Distinct().SelectMany(weight => weight.Stored);
        _there = Environment.WorkingSet + weights.Sum(ResidentPages.Missing);
        var longest = options.Rows(adapter.Model.Shape.MaxPositions).MaxLength;
        _length = options.Packing is { } packing ? packing.Length ?? longest : longest;
        _size = empty(0, dtype: adapter.Model.DType, device: CPU).element_size();
        _layers = LayerMemory.Of(adapter);
    }

    private PretrainedModel Model => _adapter.Model;

    /// <summary>What lies in memory at the peak of a step over so many rows, the largest first.</summary>
    public IReadOnlyList<(string Part, long Bytes)> Parts(int rows, GradientCheckpointing recomputed)
    {
        var tokens = rows * _length;
        var kept = _layers.Index().Sum(layer => recomputed.Covers(layer.Index) ? Model.Shape.Hidden : layer.Item.Kept);
        var again = _layers.Index().Where(layer => recomputed.Covers(layer.Index)).Select(layer => layer.Item.Kept).DefaultIfEmpty(0).Max();
        var probabilities = 3 * Model.Shape.Heads * Math.Min(QueriesAtOnce, _length); // of a block of queries, and two like them
        var gradients = _layers.Max(layer => layer.Gradients);
        var areGivenBack = KeptTensors.Count(tokens * Model.Shape.Hidden * sizeof(float));
        var backward = again + Math.Max(probabilities, gradients + HolesOf(areGivenBack ? KeptTensors.LayersBetweenHoles : _layers.Length));
        var forward = recomputed == GradientCheckpointing.None ? HolesOf(KeptTensors.LayersBetweenHoles) : 0; // else given back before
        (string, long)[] parts =
        [
            ("process and model", _there + Workspace),
            ("adapter and optimizer", States()),
            ("kept for gradients", tokens * (kept + (2 * Model.Shape.Hidden)) * _size),
            ("at work", Math.Max(Scores(rows) + (tokens * forward * _size), tokens * backward * _size)),
        ];
        return [.. parts.OrderByDescending(part => part.Item2)];

        // What attention's probabilities leave is filled again.
        long HolesOf(int layers) => KeptTensors.AreNeeded ? Math.Max(0, (long)(Holes * layers * gradients) - probabilities) : 0;
    }

    // A gradient, the optimiser's two moments, and the last good numbers, beside what the adapter itself holds already.
    private long States() => _adapter.Trainable.Sum(tensor => tensor.numel() * tensor.element_size()) * 4;

    private long Scores(int rows)
    {
        if (Model.Head.Output is not { } output) return 0;

        var isVocabulary = Model.Head.TaskType is "CAUSAL_LM" or "MASKED_LM";
        var scored = isVocabulary ? Math.Min(VocabularyEntropy.Rows, rows * _length) : rows * _length;
        var weight = output.Weight.Stored.Sum(tensor => tensor.numel() * tensor.element_size());
        var read = output.In * output.Out * _size;
        var widened = read > weight ? read : 0;
        return (scored * output.Out * _size) + (rows * _length * output.In * _size) + widened;
    }
}
