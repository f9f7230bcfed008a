namespace PeftIntegrations.Training;

public sealed partial class TrainingRun
{
    /// <summary>The checkpoints; null without a folder for them.</summary>
    internal CheckpointFiles? Checkpoints { get; private set; }

    /// <summary>The tensors that are there from the start to the end of the run, by their names in a checkpoint.</summary>
    private IEnumerable<(string Name, Tensor Tensor)> Places =>
        _adapter.Tensors.Select(pair => ((pair.Value.requires_grad ? "trained." : "frozen.") + pair.Key, (Tensor)pair.Value))
            .Concat(_stepper.Memory);

    private IEnumerable<(string Prefix, IHasState Part)> Parts =>
        _adapter.Powers<IHasState>().Select((part, i) => ($"part.{i}.", part));

    private void OpenCheckpoints()
    {
        if (_options.CheckpointFolder is not { Length: > 0 } folder) return;

        Checkpoints = new(folder, _options.Logger);
        _identity = RunIdentity.Of(_adapter, _objective, _options, Steps);
        _identity["data"] = RunIdentity.Of(_rows);
        _identity["validation data"] = RunIdentity.Of(_validation);
        if (_options.Resume)
        {
            Resume(Checkpoints);
        }
        else if (Checkpoints.Newest is [var newest, ..])
        {
            throw new ArgumentException(
                $"{newest} is there already. Set Resume to go on from it, or give this run a CheckpointFolder of its own.");
        }
    }

    private void SaveCheckpoint()
    {
        if (Checkpoints is null || (!IsDone && _done.Count % _options.CheckpointEvery != 0)) return;

        using var scope = NewDisposeScope();
        var state = new CheckpointState(_done.Count, _tokens, _elapsed, _stopped, _best.Best, _best.Worse);
        var tensors = Places.Concat(_best.Kept).Append(("progress", ProgressTable.From(_done))).ToDictionary(t => t.Item1, t => t.Item2);
        foreach (var (prefix, part) in Parts)
        {
            foreach (var (name, tensor) in part.State) tensors[prefix + name] = tensor;
        }

        Checkpoints.Write(new(state, _identity, tensors));
    }

    private void Resume(CheckpointFiles files)
    {
        using var scope = NewDisposeScope();
        if (files.Read() is not { } newest) return;

        var (checkpoint, saved) = (newest.Content, newest.Content.Tensors);
        string[] problems = [.. RunIdentity.Differences(checkpoint.Identity, _identity), .. Misfits(saved)];
        if (problems.Length > 0)
        {
            throw new ArgumentException(
                $"{newest.Path} belongs to another run. Resume with what it was made with, or start over in another CheckpointFolder.\n  " +
                string.Join("\n  ", problems.Take(20)) + (problems.Length > 20 ? $"\n  … and {problems.Length - 20} more." : ""));
        }

        using var _ = no_grad();
        foreach (var (name, tensor) in Places) tensor.copy_(saved[name]);
        foreach (var (prefix, part) in Parts)
        {
            var own = saved.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal));
            part.State = own.ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value);
        }

        _best.Restore(checkpoint.State.Best, checkpoint.State.Worse, saved);
        _done.AddRange(ProgressTable.Read(saved["progress"], Steps, StepsPerEpoch));
        (_stepper.Done, _tokens) = (_done.Count, checkpoint.State.Tokens);
        (_elapsed, _stopped) = (checkpoint.State.Elapsed, checkpoint.State.Stopped);
    }

    /// <summary>The tensors that the run and a checkpoint do not have alike.</summary>
    private IEnumerable<string> Misfits(IReadOnlyDictionary<string, Tensor> saved)
    {
        string[] kinds = ["trained.", "frozen.", "optimizer.", "good."];
        var places = Places.ToDictionary(place => place.Name, place => place.Tensor);
        foreach (var (name, tensor) in places)
        {
            if (!saved.TryGetValue(name, out var kept)) yield return $"it has no {name} {Described(tensor)}, and the run has.";
            else if (Described(kept) != Described(tensor)) yield return $"its {name} is {Described(kept)}, the run's {Described(tensor)}.";
        }

        foreach (var (name, kept) in saved)
        {
            if (!places.ContainsKey(name) && kinds.Any(kind => name.StartsWith(kind, StringComparison.Ordinal)))
            {
                yield return $"it has {name} {Described(kept)}, and the run has none.";
            }
        }
    }

    private static string Described(Tensor tensor) => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]";
}
