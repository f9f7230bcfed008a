using System.Diagnostics;

namespace PeftIntegrations.Training;

/// <summary>
/// A step of several runs in one pass of their model: each row passes the adapter of its own run, and each run has its own loss, gradient
/// and optimiser. What a run comes to is what it comes to alone, but for the numbers that dropout and masking draw: they follow from the
/// runs' seeds, and from which runs there are.
/// </summary>
/// <param name="adapters">The adapters.</param>
/// <param name="runs">The runs; their adapters share passes.</param>
public sealed class JointStep(AdapterStack adapters, IReadOnlyList<NamedRun> runs)
{
    private readonly PretrainedModel _model = runs[0].Adapter.Model;

    /// <summary>Whether a run may share its passes: its adapter acts on layers alone, and its texts do not share rows.</summary>
    public static bool Serves(AdapterStack adapters, NamedRun run) =>
        run.Run.Options.Packing is null && adapters.SharesPasses(Composition.Of(run.Name));

    /// <summary>Does it. A run that fails says so, and the others go on.</summary>
    /// <exception cref="OperationCanceledException">Asked for; the adapters are as before the step.</exception>
    public void Do(CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        try
        {
            Part[] parts = [.. runs.Select(Begin).OfType<Part>()];
            for (var i = 0; i < parts.Select(part => part.Batches.Count).DefaultIfEmpty(0).Max(); i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Pass([.. parts.Where(part => part.Batches.Count > i)], i);
            }

            foreach (var part in parts) part.Run.Try(() => End(part, started, cancellationToken));
            if (parts.Length > 0) parts[0].Run.Run.Stepper.GiveBackHoles(parts.SelectMany(part => part.Batches));
        }
        finally
        {
            foreach (var run in runs) run.Adapter.Train(false);
        }
    }

    private static Part? Begin(NamedRun run)
    {
        Part? part = null;
        run.Did(null);
        run.Try(() =>
        {
            var batches = run.Run.Begin();
            part = new(run, batches, run.Run.Stepper.Begin(batches));
        });
        return part;
    }

    private void End(Part part, long started, CancellationToken cancellationToken)
    {
        var step = part.Run.Run.Stepper.End(part.Loss);
        adapters.Activate(part.Adapter); // which the validation data are judged with
        part.Run.Did(part.Run.Run.End(step, started, cancellationToken));
    }

    // The i-th batch of each.
    private void Pass(Part[] parts, int i)
    {
        using var scope = NewDisposeScope();
        TokenBatch[] batches = [.. parts.Select(part => part.Batches[i].Tokens)];
        Composition[] rows = [.. parts.SelectMany((part, job) => Enumerable.Repeat(part.Adapter, (int)batches[job].Ids.shape[0]))];
        adapters.Activate(rows);
        _model.Checkpointing = runs.Select(run => run.Run.Options.GradientCheckpointing)
            .FirstOrDefault(how => how != GradientCheckpointing.None, GradientCheckpointing.None);
        var hidden = _model.Hidden(Padded(batches)).split([.. batches.Select(batch => batch.Ids.shape[0])], 0); // each [rows, seq, hidden]
        Tensor[] losses = [.. parts.Select((part, job) => Loss(part, i, hidden[job]))];
        adapters.Activate(rows); // layers that are run again for their gradients need them
        losses.Aggregate((sum, loss) => sum + loss).backward();
        HandedOver.Release();
        for (var job = 0; job < parts.Length; job++) parts[job].Loss += losses[job].to(ScalarType.Float64).item<double>();
    }

    private Tensor Loss(Part part, int i, Tensor hidden)
    {
        adapters.Activate(part.Adapter); // the head may have a share of it
        var batch = part.Batches[i];
        var own = new GivenHidden(_model, hidden.narrow(1, 0, batch.Tokens.Ids.shape[1]));
        return part.Run.Run.Stepper.Loss(own, batch, part.Items, part.Batches.Count);
    }

    /// <summary>The rows of all, padded behind to the longest.</summary>
    private static TokenBatch Padded(TokenBatch[] batches)
    {
        var longest = batches.Max(batch => batch.Ids.shape[1]);
        var isPadded = Array.Exists(batches, batch => batch.Mask is not null || batch.Ids.shape[1] < longest);
        var ids = cat([.. batches.Select(batch => Wide(batch.Ids))], dim: 0);
        var mask = isPadded
            ? cat([.. batches.Select(batch => Wide(batch.Mask ?? ones_like(batch.Ids, dtype: ScalarType.Bool)))], dim: 0)
            : null;
        var types = Array.Exists(batches, batch => batch.TypeIds is not null)
            ? cat([.. batches.Select(batch => Wide(batch.TypeIds ?? zeros_like(batch.Ids)))], dim: 0)
            : null;
        return new(ids, mask, types);

        Tensor Wide(Tensor rows) => nn.functional.pad(rows, [0, longest - rows.shape[1]], value: 0);
    }

    private sealed record Part(NamedRun Run, IReadOnlyList<TrainingBatch> Batches, long Items)
    {
        public double Loss { get; set; }

        public Composition Adapter => Composition.Of(Run.Name);
    }
}
