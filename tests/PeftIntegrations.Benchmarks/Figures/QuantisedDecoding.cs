using System.Text.Json.Nodes;
using PeftIntegrations.Core;
using PeftIntegrations.Models;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>
/// P3q: a prompt of 512 tokens, and 128 greedy tokens after 128, of the Q4_1 file, in turn with llama.cpp by LLamaSharp. Inputs are rounded
/// to eight bits, as llama.cpp does; beside it stand the figures of exact products.
/// </summary>
[RegisteredAs("p3q")]
internal sealed class QuantisedDecoding : Figure
{
    public const int LongPrompt = 512, Prompt = 128, New = 128, Rounds = 4;

    protected override (string Ours, string Theirs) Key => ("decode_tokens_per_s", "decode_tokens_per_s");

    public static string File => Path.Combine(
        ReferenceSet.Current.Models ?? throw new InvalidOperationException("The pretrained models are absent; PEFT_MODELS names them."),
        "SmolLM2-135M-Instruct-GGUF", "SmolLM2-135M-Instruct.Q4_1.gguf");

    protected override string[] PeerArguments(string model) => ["p3q-llama", "--once", "--model", model];

    protected override async Task<JsonObject> PeerAsync(string peers, string model) =>
        await LinesAsync(Environment.ProcessPath!, PeerArguments(model)).LastAsync();

    protected override JsonObject Measure(string model)
    {
        var (line, exact) = (Line("int8-products"), Line(store: null));
        foreach (var (name, value) in exact) line[$"exact_{name}"] = value!.DeepClone();
        return line;
    }

    private static JsonObject Line(string? store)
    {
        using var loaded = Pretrained.Load(File, new() { Device = TestDevice.Name, Store = store }).Model;
        return Line(
            () => Decoding128.Decode(loaded, LongPrompt, 1).First, () => Decoding128.Decode(loaded, Prompt, New).Others);
    }

    /// <summary>The figures of a way to read a long prompt, and to continue a short one, in seconds.</summary>
    public static JsonObject Line(Func<double> prefill, Func<double> decode)
    {
        var (read, written) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            read.Add(prefill());
            written.Add(decode());
        }

        return new()
        {
            ["prefill_tokens_per_s"] = LongPrompt / Median(read, warm: 1),
            ["decode_tokens_per_s"] = (New - 1) / Median(written, warm: 1),
        };
    }
}
