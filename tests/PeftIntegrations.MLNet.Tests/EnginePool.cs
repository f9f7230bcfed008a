using System.Collections.Concurrent;

namespace PeftIntegrations.MLNet.Tests;

// <readme>
/// <summary>Engines for many requests at once: an engine serves one at a time, and all of them one model.</summary>
public sealed class EnginePool<TIn, TOut>(MLContext context, ITransformer model, int most) : IDisposable
    where TIn : class
    where TOut : class, new()
{
    private static readonly PredictionEngineOptions Shared = new() { OwnsTransformer = false };
    private readonly ConcurrentBag<PredictionEngine<TIn, TOut>> _idle = [];
    private readonly SemaphoreSlim _free = new(most);

    public async Task<TOut> PredictAsync(TIn row, CancellationToken cancellationToken = default)
    {
        await _free.WaitAsync(cancellationToken);
        var engine = _idle.TryTake(out var idle) ? idle : context.Model.CreatePredictionEngine<TIn, TOut>(model, Shared);
        try
        {
            return await Task.Run(() => engine.Predict(row), cancellationToken);
        }
        finally
        {
            _idle.Add(engine);
            _free.Release();
        }
    }

    public void Dispose()
    {
        foreach (var engine in _idle) engine.Dispose();
        (model as IDisposable)?.Dispose();
        _free.Dispose();
    }
}
// </readme>
