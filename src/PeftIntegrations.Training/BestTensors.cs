namespace PeftIntegrations.Training;

/// <summary>Early stopping: keeps the tensors of the best evaluation, and puts them back when patience ends.</summary>
internal sealed class BestTensors(Adapter adapter, int? patience) : IDisposable
{
    private readonly Parameter[] _trained = [.. adapter.Trainable];
    private Tensor[] _kept = [];
    private double _best = double.PositiveInfinity;
    private int _worse;

    /// <summary>Notes an evaluation, and says whether it was the last one to wait for.</summary>
    public bool IsExhaustedBy(double loss)
    {
        if (patience is null) return false;

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (loss < _best)
        {
            (_best, _worse) = (loss, 0);
            Dispose();
            _kept = [.. _trained.Select(tensor => tensor.detach().clone().DetachFromDisposeScope())];
            return false;
        }

        if (++_worse < patience) return false;

        foreach (var (tensor, kept) in _trained.Zip(_kept)) tensor.copy_(kept);
        return true;
    }

    public void Dispose()
    {
        foreach (var tensor in _kept) tensor.Dispose();
        _kept = [];
    }
}
