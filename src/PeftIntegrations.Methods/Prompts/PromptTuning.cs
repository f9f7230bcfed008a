using System.Text.Json.Serialization;

namespace PeftIntegrations.Methods;

/// <summary>Prompt tuning (Lester et al. 2021, arXiv:2104.08691): p learned embeddings are read before the text's own.</summary>
[RegisteredAs("PROMPT_TUNING")]
public sealed record PromptTuning : PromptMethod, IReadsText
{
    /// <summary>How the virtual tokens start. Default normal numbers.</summary>
    [JsonPropertyName("prompt_tuning_init")]
    public PromptStart Start { get; init; }

    /// <summary>
    /// The text whose tokens they start as, repeated or cut to their number, where <see cref="Start"/> is <see cref="PromptStart.Text"/>.
    /// </summary>
    [JsonPropertyName("prompt_tuning_init_text")]
    public string? Text { get; init; }

    /// <summary>That text's tokens; the model's tokenizer gives them.</summary>
    [JsonIgnore]
    public IReadOnlyList<int>? TextTokens { get; init; }

    /// <inheritdoc/>
    public override Patch? PatchFor(ISite site, TensorPool pool) => site is Point<Embedded> && Targeted(site)
        ? new SoftPrompt(pool.Part<VirtualTokens>(() =>
            new TableOfTokens(StartFrom(pool.Sites.OfType<Embedding>().First(e => e.Role == Role.Embedding)))), Length)
        : null;

    /// <inheritdoc/>
    protected override IEnumerable<string> Contradictions()
    {
        foreach (var line in base.Contradictions()) yield return line;
        if (Text is { Length: > 0 } && Start != PromptStart.Text && !IsMaterialised)
        {
            yield return $"{nameof(Text)} says what virtual tokens start as, but {nameof(Start)} is {Start}: " +
                $"set it to {nameof(PromptStart)}.{PromptStart.Text}, or leave out {nameof(Text)}.";
        }
    }

    /// <inheritdoc/>
    public PeftMethod With(IReadOnlyList<int> tokens) => this with { TextTokens = tokens };

    private Tensor StartFrom(Embedding words)
    {
        if (Start == PromptStart.Random || IsMaterialised) return randn(Length, words.Size, device: words.Device);

        // the common words come first (§3.2)
        var common = Math.Min(words.Vocabulary, 5000);
        var ids = Start == PromptStart.Text ? Repeated(words.Device)
            : randint(0, common, [Length], dtype: ScalarType.Int64, device: words.Device);
        return words.Weight.ReadRows(ids).to(ScalarType.Float32);
    }

    private Tensor Repeated(Device device) => TextTokens is { Count: > 0 } ids
        ? tensor(Enumerable.Range(0, Length).Select(i => (long)ids[i % ids.Count]).ToArray(), device: device)
        : throw new ArgumentException($"{nameof(Start)} is {nameof(PromptStart.Text)}, but {nameof(Text)} gives no token. Set " +
            $"{nameof(Text)}, and train through PeftModel, which reads it.");
}
