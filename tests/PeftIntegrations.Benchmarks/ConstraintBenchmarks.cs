using BenchmarkDotNet.Attributes;
using PeftIntegrations.Core;
using PeftIntegrations.Inference;
using PeftIntegrations.Models;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>
/// What a schema costs on SmolLM2's 49,152 tokens: 64 tokens written freely, and as many of JSON, by a constraint that is new or known.
/// </summary>
[MinColumn]
public class ConstraintBenchmarks
{
    private const int Tokens = 64;

    private const string Schema = """
        {"type": "object", "properties": {
            "name": {"type": "string"}, "kind": {"enum": ["cat", "dog", "bird"]}, "age": {"type": "integer", "minimum": 0, "maximum": 30},
            "owner": {"type": "object", "properties": {"name": {"type": "string", "maxLength": 40}, "city": {"type": "string"}},
                "required": ["name", "city"]},
            "likes": {"type": "array", "items": {"type": "string"}, "minItems": 28}},
         "required": ["name", "kind", "age", "owner", "likes"]}
        """;

    private static readonly GenerationOptions Free = new() { MaxNewTokens = Tokens, EosTokenIds = [] };
    private PretrainedModel _model = null!;
    private Data.Tokenizer _tokenizer = null!;
    private TextConstraint _used = null!;
    private int[] _prompt = [];

    [GlobalSetup]
    public void Start()
    {
        var folder = ReferenceSet.Current.Models ?? throw new DirectoryNotFoundException("Set PEFT_MODELS to a folder with SmolLM2.");
        var file = Path.Combine(folder, "SmolLM2-135M-Instruct-GGUF", "SmolLM2-135M-Instruct.Q4_1.gguf");
        _model = Pretrained.Load(file, new() { DType = ScalarType.Float32 }, new Registry<PretrainedModel>(typeof(Llama).Assembly)).Model;
        _tokenizer = ModelFiles.ReadTokenizer(file);
        _prompt = [.. _tokenizer.Encode("Describe a pet as JSON:").Ids];
        _used = TextConstraint.JsonSchema(Schema);
    }

    [Benchmark(Baseline = true)]
    public int Unconstrained() => Write(Free);

    [Benchmark]
    public int Constrained() => Write(Free with { Constraint = _used });

    [Benchmark]
    public int ConstrainedForTheFirstTime() => Write(Free with { Constraint = TextConstraint.JsonSchema(Schema) });

    [GlobalCleanup]
    public void End() => _model.Dispose();

    private int Write(GenerationOptions options)
    {
        using var decoding = new Decoding(_model, [new(_prompt, options, _tokenizer)]);
        var count = 0;
        while (!decoding.IsDone) count += decoding.Next().Count;
        return count;
    }
}
