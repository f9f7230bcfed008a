using System.Text.Json.Nodes;
using PeftIntegrations.Data;

namespace PeftIntegrations.Inference;

/// <summary>Writes texts as a model with some scores would, without the model.</summary>
internal static class Writer
{
    private const int End = 1 << 12; // beyond the vocabulary of the small tokenizers: an id that only ends a text

    private static readonly Dictionary<string, Tokenizer> Known = [];

    /// <summary>A tokenizer of the repository: smollm2 (bytes), llama2 (byte fallback) or bert-uncased (WordPiece).</summary>
    public static Tokenizer Tokenizer(string name)
    {
        lock (Known)
        {
            if (Known.TryGetValue(name, out var known)) return known;

            return Known[name] = Data.Tokenizer.FromFolder(Folder($"tests/Goldens/tokenizers/{name}"));
        }
    }

    /// <summary>The text of the tokens that are chosen from <paramref name="scores"/>, given those so far.</summary>
    public static (string Text, int Tokens, bool Ended) Write(
        TextConstraint constraint, Tokenizer tokenizer, GenerationOptions options, Func<IReadOnlyList<int>, float[]> scores)
    {
        options = options with { Constraint = constraint, EosTokenIds = [End] };
        var context = new SamplingContext(options, 0);
        var processor = new ConstraintProcessor(context, constraint, tokenizer, End + 1);
        var (pipeline, sampler) = (LogitsPipeline.For(context, processor), new TokenSampler(options));
        var written = new List<int>();
        while (written.Count < context.TotalLength)
        {
            var row = scores(written);
            pipeline.Process(row, [.. written]);
            if (sampler.Pick(row) is var token && token == End) return (tokenizer.Decode(written), written.Count, true);

            written.Add(token);
            if (processor.IsOver([.. written])) return (tokenizer.Decode(written), written.Count, true);
        }

        return (tokenizer.Decode(written), written.Count, false);
    }

    /// <summary>Random scores; their range is far wider than a model's.</summary>
    public static Func<IReadOnlyList<int>, float[]> Random(int seed)
    {
        var random = new Random(seed);
        return _ => [.. Enumerable.Range(0, End + 1).Select(_ => (random.NextSingle() * 200) - 100)];
    }

    /// <summary>Whether a text fits, whole; every beginning of it must be allowed.</summary>
    public static bool Fits(TextConstraint constraint, string text) => After(constraint, text).IsComplete;

    public static bool Begins(TextConstraint constraint, string text) => !ReferenceEquals(After(constraint, text), AutomatonState.Dead);

    public static bool IsValid(string schema, string json) =>
        Json.Schema.JsonSchema.FromText(schema).Evaluate(JsonNode.Parse(json), new() { RequireFormatValidation = false }).IsValid;

    public static TokenMasks Masks(TextConstraint constraint, string tokenizer) =>
        constraint.For(TokenTrie.Of(Tokenizer(tokenizer), [End], End + 1));

    private static AutomatonState After(TextConstraint constraint, string text)
    {
        var masks = Masks(constraint, "smollm2");
        return masks.After(masks.Start, System.Text.Encoding.UTF8.GetBytes(text));
    }

    private static string Folder(string path)
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(at!.FullName, path))) at = at.Parent;
        return Path.Combine(at.FullName, path);
    }
}
