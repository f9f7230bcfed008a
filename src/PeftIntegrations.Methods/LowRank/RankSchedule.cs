using System.Text.Json;
using System.Text.Json.Nodes;

namespace PeftIntegrations.Methods;

/// <summary>AdaLoRA's budget over all layers (arXiv:2303.10512 §3.2–3.3): after a step the least important triplets lose their E.</summary>
internal sealed class RankSchedule(AdaLora method) : IStepAware, IAuxiliaryLoss, IConfigured, IHasState, IDisposable
{
    private readonly List<(string Path, Triplets Triplets)> _layers = [];
    private readonly Sensitivity _sensitivity = new(method.Beta1, method.Beta2);

    /// <summary>The averages so far, by the number of their tensor, and the triplets that are left once it is decided.</summary>
    public IReadOnlyDictionary<string, Tensor> State
    {
        get
        {
            var state = new Dictionary<string, Tensor>();
            foreach (var (i, parameter) in _layers.SelectMany(Parameters).Index())
            {
                if (_sensitivity.Find(parameter) is { } seen) (state[$"importance.{i}"], state[$"uncertainty.{i}"]) = seen;
            }

            foreach (var (i, layer) in _layers.Index())
            {
                if (layer.Triplets.Left is { } left) state[$"left.{i}"] = tensor(left, device: CPU);
            }

            return state;
        }

        set
        {
            Dispose();
            foreach (var (i, parameter) in _layers.SelectMany(Parameters).Index())
            {
                if (!value.TryGetValue($"importance.{i}", out var importance)) continue;
                _sensitivity.Restore(parameter, importance, value[$"uncertainty.{i}"]);
            }

            foreach (var (i, layer) in _layers.Index())
            {
                layer.Triplets.Left = value.TryGetValue($"left.{i}", out var left) ? [.. left.cpu().data<bool>()] : null;
            }
        }
    }

    public void Add(string path, Triplets triplets) => _layers.Add((path, triplets));

    /// <summary>γ times the mean over all A and B of ‖A·Aᵀ − I‖ and ‖Bᵀ·B − I‖ (eq. 4).</summary>
    public Tensor Loss()
    {
        var terms = _layers.SelectMany(layer => new[] { layer.Triplets.Factors.A, layer.Triplets.Factors.B.t() }).Select(rows =>
            (rows.matmul(rows.t()) - eye(rows.shape[0], dtype: rows.dtype, device: rows.device)).norm());
        return method.Orthogonality * stack(terms.ToArray()).mean();
    }

    public void Begin(int steps)
    {
        var problems = string.Join("\n  ", method.ScheduleProblems(steps));
        if (problems.Length > 0) throw new ArgumentException($"{nameof(AdaLora)} cannot be trained so:\n  {problems}");
    }

    public void AfterStep(int step, int steps)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var last = (method.Steps ?? steps) - method.StepsAfter;
        if (step < last)
        {
            foreach (var parameter in _layers.SelectMany(Parameters)) _sensitivity.Notice(parameter);
            if (BudgetAt(step, last) is (var budget, true)) Prune(budget);
        }
        else if (step == last)
        {
            Prune(Target);
            foreach (var (path, triplets) in _layers) triplets.Left = [.. triplets.Factors.E.cpu().data<float>().Select(e => e != 0)];
        }
        else
        {
            var triplets = _layers.Select(layer => (layer.Triplets.Factors.E, layer.Triplets.Left!));
            foreach (var (e, left) in triplets) e.mul_(tensor(left, device: e.device).unsqueeze(1));
        }
    }

    public void Write(JsonObject config)
    {
        if (_layers.All(layer => layer.Triplets.Left is null)) return;

        var pattern = new JsonObject();
        foreach (var (path, triplets) in _layers) pattern[$"{path}.lora_E"] = JsonSerializer.SerializeToNode(triplets.Left);
        config["rank_pattern"] = pattern;
    }

    public void Dispose() => _sensitivity.Dispose();

    private long Initial => _layers.Sum(layer => layer.Triplets.Factors.E.numel());

    private long Target => (long)method.TargetRank * _layers.Count;

    private (long Budget, bool Prunes) BudgetAt(int step, int last)
    {
        if (step <= method.StepsBefore) return (Initial, false);

        var left = 1 - (double)(step - method.StepsBefore) / (last - method.StepsBefore);
        return ((long)((Initial - Target) * Math.Pow(left, 3) + Target), step % method.Interval == 0); // eq. 13
    }

    private void Prune(long budget)
    {
        var scores = _layers.Select(layer => _sensitivity.Score(layer.Triplets)).ToArray();
        var cut = Initial - budget;
        if (cut <= 0) return;

        var threshold = cat(scores).kthvalue(cut, 0).values;
        foreach (var (layer, score) in _layers.Zip(scores)) layer.Triplets.Factors.E.masked_fill_(score.le(threshold).unsqueeze(1), 0);
    }

    private static IEnumerable<Parameter> Parameters((string Path, Triplets Triplets) layer) =>
        [layer.Triplets.Factors.A, layer.Triplets.Factors.E, layer.Triplets.Factors.B];
}
