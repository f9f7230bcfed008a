using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using LLama;
using LLama.Common;
using LLama.Native;
using PeftIntegrations.Core;

namespace PeftIntegrations.Benchmarks;

/// <summary>The other side of P3q: llama.cpp, as LLamaSharp's CPU package has it, without sampling or text.</summary>
[RegisteredAs("p3q-llama")]
internal sealed class LlamaDecoding : Figure
{
    protected override (string Ours, string Theirs) Key => throw new NotSupportedException("It is a peer itself: run p3q.");

    protected override string[] PeerArguments(string model) => throw new NotSupportedException("It is a peer itself: run p3q.");

    protected override JsonObject Measure(string model)
    {
        NativeLibraryConfig.All.WithLogCallback((_, _) => { });
        var threads = TorchRuntime.Threads;
        var parameters = new ModelParams(QuantisedDecoding.File)
        {
            ContextSize = 1024,
            BatchSize = QuantisedDecoding.LongPrompt,
            GpuLayerCount = 0,
            Threads = threads,
            BatchThreads = threads,
        };
        using var weights = LLamaWeights.LoadFromFile(parameters);
        using var context = weights.CreateContext(parameters);
        var run = new Run(context.NativeHandle);
        return QuantisedDecoding.Line(
            () => run.Read(QuantisedDecoding.LongPrompt),
            () =>
            {
                run.Read(QuantisedDecoding.Prompt);
                return Seconds(() => run.Continue(QuantisedDecoding.New - 1));
            });
    }

    private sealed class Run(SafeLLamaContextHandle context)
    {
        private readonly LLamaBatch _batch = new();
        private int _length;
        private int _next;

        public double Read(int tokens)
        {
            context.MemoryClear(true);
            (_length, _next) = (0, 0);
            return Seconds(() => Decode([.. Enumerable.Range(0, tokens).Select(i => (int)(i * 7919L % 49152))]));
        }

        public void Continue(int tokens)
        {
            for (var i = 0; i < tokens; i++) Decode([_next]);
        }

        private void Decode(int[] ids)
        {
            _batch.Clear();
            foreach (var (i, id) in ids.Index()) _batch.Add(id, _length++, LLamaSeqId.Zero, logits: i == ids.Length - 1);
            if (context.Decode(_batch) != DecodeResult.Ok) throw new InvalidOperationException("llama.cpp did not decode.");
            _next = TensorPrimitives.IndexOfMax<float>(context.GetLogitsIth(ids.Length - 1));
        }
    }
}
