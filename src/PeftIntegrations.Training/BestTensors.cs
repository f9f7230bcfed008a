namespace PeftIntegrations.Training;

/// <summary>Early stopping: keeps the tensors of the best evaluation, and puts them back when patience ends.</summary>
internal sealed class BestTensors(Adapter adapter, int? patience) : IDisposable
{
    private readonly Parameter[] _trained = [.. adapter.Trainable];
    private Tensor[] _kept = [];

    /// <summary>The best loss so far.</summary>
    public double Best { get; private set; } = double.PositiveInfinity;

    /// <summary>Evaluations since then.</summary>
    public int Worse { get; private set; }

    /// <summary>The tensors of then, by name.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> Kept => _kept.Select((tensor, i) => ($"best.{i}", tensor));

    /// <summary>Notes an evaluation, and says whether it was the last one to wait for.</summary>
    public bool IsExhaustedBy(double loss)
    {
        if (patience is null) return false;

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (loss < Best)
        {
            (Best, Worse) = (loss, 0);
            Keep(_trained);
            return false;
        }

        if (++Worse < patience) return false;

        foreach (var (tensor, kept) in _trained.Zip(_kept)) tensor.copy_(kept);
        return true;
    }

    /// <summary>Goes on from what another run of the same tensors had noted.</summary>
    public void Restore(double best, int worse, IReadOnlyDictionary<string, Tensor> saved)
    {
        (Best, Worse) = (best, worse);
        if (saved.ContainsKey("best.0")) Keep(_trained.Select((tensor, i) => saved[$"best.{i}"].to(tensor.device)));
    }

    public void Dispose()
    {
        foreach (var tensor in _kept) tensor.Dispose();
        _kept = [];
    }

    private void Keep(IEnumerable<Tensor> tensors)
    {
        Dispose();
        _kept = [.. tensors.Select(tensor => tensor.detach().clone().DetachFromDisposeScope())];
    }
}
