using BenchmarkDotNet.Attributes;
using PeftIntegrations.Data;

namespace PeftIntegrations.Benchmarks;

/// <summary>A page of text into token ids and back, with the tokenizer of a model folder that PEFT_BENCHMARK_MODEL names.</summary>
public class TokenizerBenchmarks
{
    private const string Sentence = "Once upon a time, in a land far away, there lived a little dragon. ";
    private static readonly string Page = string.Concat(Enumerable.Repeat(Sentence, 40));
    private Tokenizer _tokenizer = null!;
    private IReadOnlyList<int> _ids = [];

    [GlobalSetup]
    public void Start()
    {
        _tokenizer = Tokenizer.FromFolder(Folder());
        _ids = Encode();
    }

    [Benchmark]
    public IReadOnlyList<int> Encode() => _tokenizer.Encode(Page).Ids;

    [Benchmark]
    public string Decode() => _tokenizer.Decode(_ids);

    private static string Folder() => Environment.GetEnvironmentVariable("PEFT_BENCHMARK_MODEL")
        ?? ModelsAbove().FirstOrDefault(Directory.Exists)
        ?? throw new DirectoryNotFoundException("samples/models/stories260K is not there. Set PEFT_BENCHMARK_MODEL to a model folder.");

    private static IEnumerable<string> ModelsAbove()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            yield return Path.Combine(folder.FullName, "samples", "models", "stories260K");
            yield return Path.Combine(folder.FullName, "shared", "models", "stories260K");
        }
    }
}
