using BenchmarkDotNet.Attributes;
using PeftIntegrations.Inference;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>
/// The masks of a text of 41 tokens over SmolLM2's vocabulary, without the model: by a constraint that is new, and by one that is known.
/// </summary>
[MinColumn]
public class MaskBenchmarks
{
    private const string Text =
        """{"name": "Tom", "kind": "cat", "owner": {"city": "Oslo"}, "likes": ["fish", "sleep", "mice"], "age": 7}""";

    private const string Schema = """
        {"type": "object", "properties": {
            "name": {"type": "string", "maxLength": 40}, "kind": {"enum": ["cat", "dog", "bird"]},
            "owner": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
            "likes": {"type": "array", "items": {"type": "string"}}, "age": {"type": "integer", "minimum": 0, "maximum": 30}},
         "required": ["name", "kind", "owner", "likes", "age"]}
        """;

    private readonly float[] _scores = new float[49_152];
    private readonly TextConstraint _known = TextConstraint.JsonSchema(Schema);
    private Data.Tokenizer _tokenizer = null!;
    private int[] _text = [];

    [GlobalSetup]
    public void Start()
    {
        var folder = ReferenceSet.Current.Models ?? throw new DirectoryNotFoundException("Set PEFT_MODELS to a folder with SmolLM2.");
        _tokenizer = ModelFiles.ReadTokenizer(Path.Combine(folder, "SmolLM2-135M-Instruct-GGUF", "SmolLM2-135M-Instruct.Q4_1.gguf"));
        _text = [.. _tokenizer.Encode(Text, addSpecialTokens: false).Ids];
        if (_text.Length != 41) throw new InvalidOperationException($"The text has {_text.Length} tokens, not 41.");
    }

    [Benchmark]
    public int Known() => Masks(_known);

    [Benchmark]
    public int New() => Masks(TextConstraint.JsonSchema(Schema));

    private int Masks(TextConstraint constraint)
    {
        var options = new GenerationOptions { EosTokenIds = [2] };
        var processor = new ConstraintProcessor(new(options, 0), constraint, _tokenizer, _scores.Length);
        for (var i = 0; i <= _text.Length; i++) processor.Process(_scores, _text.AsSpan(0, i));
        return _text.Length;
    }
}
