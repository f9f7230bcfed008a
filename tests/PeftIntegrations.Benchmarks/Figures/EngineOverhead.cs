using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using PeftIntegrations.Core;
using PeftIntegrations.Inference;
using PeftIntegrations.MLNet;

namespace PeftIntegrations.Benchmarks;

/// <summary>
/// What a prediction engine takes for a row beside the model's own pass, which is timed within the same call: two passes over the same ids
/// differ more from each other than all that surrounds one takes.
/// </summary>
internal sealed class EngineOverhead : IDisposable
{
    private readonly PeftModel _model;
    private readonly TextEncoder _encoder;
    private readonly TimedModel _timed;

    private EngineOverhead(PeftModel model)
    {
        (_model, _encoder, _timed) = (model, EncoderOf(model), new(ModelOf(model)));
        EncoderOf(model) = new(_timed);
    }

    /// <summary>For each text the seconds of the bare pass, and those that the engine takes beside it.</summary>
    public static IReadOnlyList<(double Pass, double Beside)> Measure(
        MLContext ml, TransformerChain<PeftTextClassificationTransformer> fitted, IEnumerable<string> texts)
    {
        using var engine = ml.Model.CreatePredictionEngine<Read, Scored>(fitted, new PredictionEngineOptions { OwnsTransformer = false });
        using var watch = new EngineOverhead(fitted.LastTransformer.Model);
        var (scored, times) = (new Scored(), new List<(double, double)>());
        foreach (var row in texts.Select(text => new Read { Text = text }))
        {
            var whole = Figure.Seconds(() => engine.Predict(row, ref scored));
            times.Add((watch._timed.Took, whole - watch._timed.Took));
        }

        return times;
    }

    public void Dispose() => EncoderOf(_model) = _encoder;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_model")]
    private static extern ref PretrainedModel ModelOf(PeftModel model);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_encoder")]
    private static extern ref TextEncoder EncoderOf(PeftModel model);

    /// <summary>The same model, which looks at the clock before its pass, and when all that the pass made is freed.</summary>
    private sealed class TimedModel(PretrainedModel model)
        : PretrainedModel(new(model.Shape, model.Config, model.Sites, model.Weights))
    {
        public double Took { get; private set; }

        public override Head Head => model.Head;

        public override Tensor Hidden(TokenBatch batch, KeyValueCache? cache = null) => model.Hidden(batch, cache);

        public override Tensor Forward(TokenBatch batch, KeyValueCache? cache = null)
        {
            var scores = (Tensor?)null;
            Took = Figure.Seconds(() =>
            {
                using var own = NewDisposeScope();
                scores = model.Forward(batch, cache).MoveToOuterDisposeScope();
            });
            return scores!;
        }
    }

    private sealed class Read
    {
        public string Label { get; set; } = "";

        public string Text { get; set; } = "";
    }

    private sealed class Scored
    {
        public float[] Score { get; set; } = [];
    }
}
