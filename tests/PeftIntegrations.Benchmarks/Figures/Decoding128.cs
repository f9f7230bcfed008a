using System.Diagnostics;
using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Inference;
using PeftIntegrations.Methods;
using PeftIntegrations.Models;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>P3: 128 greedy tokens after 128, with a LoRA (r = 8, all linear layers) attached, not merged.</summary>
[RegisteredAs("p3")]
internal sealed class Decoding128 : Figure
{
    private const int Prompt = 128, New = 128, Rounds = 4, LongPrompt = 1024;

    // The peer measures the first token of 128 only: the same function, asked for 1,024 too, says both.
    private const string Script =
        "import json, types; peer['torch'].set_num_threads(2); lines = {}\n"
        + "peer['say'] = lambda args, **kw: lines.update({args.what: kw})\n"
        + "for what, prompt, new in (('long', 1024, 2), ('p3', 128, 128)):\n"
        + "    peer['p3'](types.SimpleNamespace(what=what, model=sys.argv[1], rounds=1), prompt, new)\n"
        + "print(json.dumps(lines['p3'] | {'prefill_tokens_per_s': 1024 / lines['long']['first_token_s']}))";

    protected override (string Ours, string Theirs) Key => ("decode_tokens_per_s", "decode_tokens_per_s");

    protected override string[] PeerArguments(string model) => ["P3", "--model", model];

    protected override async Task<JsonObject> PeerAsync(string peers, string model) =>
        await LinesAsync(Path.Combine(peers, "run"), Peer.Functions(Script, peers, model)).LastAsync();

    protected override JsonObject Measure(string model)
    {
        using var loaded = Pretrained.Load(model, new() { Device = TestDevice.Name }).Model;
        using var adapter = new Adapter(loaded, new Lora { Rank = 8, Alpha = 16, Targets = Targets.AllLinear });
        adapter.Attach();
        var rounds = Enumerable.Range(0, Rounds).Select(_ => Decode(loaded, Prompt, New)).ToArray();
        var prefill = Median(Enumerable.Range(0, 3).Select(_ => Decode(loaded, LongPrompt, 1).First), warm: 1);
        var (first, rest) = (Median(rounds.Select(round => round.First), warm: 1), Median(rounds.Select(round => round.Others), warm: 1));
        return new()
        {
            ["dtype"] = loaded.DType.ToString(),
            ["first_token_s"] = first,
            ["prefill_tokens_per_s"] = LongPrompt / prefill,
            ["decode_tokens_per_s"] = (New - 1) / rest,
            ["ms_per_token"] = rest / (New - 1) * 1e3,
            ["read_gb_s"] = ReadRate(),
        };
    }

    /// <summary>Seconds until the first token, and for the others.</summary>
    public static (double First, double Others) Decode(PretrainedModel model, int prompt, int tokens)
    {
        var ids = Enumerable.Range(0, prompt).Select(i => (int)(i * 7919L % model.Shape.Vocabulary)).ToArray();
        using var decoding = new Decoding(model, [new(ids, new() { Sample = false, MaxNewTokens = tokens })]);
        var first = Seconds(() => decoding.Next());
        return (first, Seconds(() => { while (!decoding.IsDone) decoding.Next(); }));
    }

    /// <summary>What a plain sum reads in this process, in GB/s.</summary>
    public static double ReadRate()
    {
        using var scope = NewDisposeScope();
        var numbers = randn(64 << 18, device: CPU);
        var (done, clock) = (0, Stopwatch.StartNew());
        for (; clock.Elapsed.TotalSeconds < 0.5; done++) numbers.sum().Dispose();
        return done * numbers.numel() * sizeof(float) / clock.Elapsed.TotalSeconds / 1e9;
    }
}
