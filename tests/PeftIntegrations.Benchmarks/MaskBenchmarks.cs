using BenchmarkDotNet.Attributes;
using PeftIntegrations.Inference;
using PeftIntegrations.Testing;

namespace PeftIntegrations.Benchmarks;

/// <summary>The mask of one token over SmolLM2's vocabulary, within a string: of a state that is known, and of a new one.</summary>
[MinColumn]
public class MaskBenchmarks
{
    private const string Schema = """{"properties": {"name": {"type": "string"}, "n": {"type": "integer"}}, "required": ["name", "n"]}""";

    private readonly float[] _scores = new float[49_152];
    private ConstraintProcessor _processor = null!;
    private TokenTrie _trie = null!;
    private int[] _history = [];

    [GlobalSetup]
    public void Start()
    {
        var folder = ReferenceSet.Current.Models ?? throw new DirectoryNotFoundException("Set PEFT_MODELS to a folder with SmolLM2.");
        var tokenizer = ModelFiles.ReadTokenizer(Path.Combine(folder, "SmolLM2-135M-Instruct-GGUF", "SmolLM2-135M-Instruct.Q4_1.gguf"));
        _trie = TokenTrie.Of(tokenizer, [2], _scores.Length);
        _history = [.. tokenizer.Encode("{\"name\": \"Tom", addSpecialTokens: false).Ids];
        _processor = new(new(new() { EosTokenIds = [2] }, 0), TextConstraint.JsonSchema(Schema), tokenizer, _scores.Length);
    }

    [Benchmark]
    public void KnownState() => _processor.Process(_scores, _history);

    [Benchmark]
    public int NewGrammarAndState()
    {
        var masks = TextConstraint.JsonSchema(Schema).For(_trie);
        return masks.Needs(masks.After(masks.Start, "{\"name\": \"Tom"u8), isFirst: false)[0];
    }
}
