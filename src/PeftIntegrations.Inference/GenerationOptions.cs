using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using PeftIntegrations.Core;

namespace PeftIntegrations.Inference;

/// <summary>
/// How tokens are chosen and when to stop. JSON names are Hugging Face's, so a model's <c>generation_config.json</c> reads into it.
/// A property that is null is unset: it is what the model says (<see cref="Over"/>), else Hugging Face's default, which its summary names.
/// </summary>
public sealed record GenerationOptions
{
    /// <summary>How many tokens are generated at most when neither <see cref="MaxNewTokens"/> nor <see cref="MaxLength"/> is set.</summary>
    public const int DefaultMaxNewTokens = 256;

    private const double GreedyBelow = 1e-5; // the softmax is one-hot there, and scores / T may overflow

    private const long MostBytes = 1 << 20;

    private static readonly PropertyInfo[] Settable = [.. typeof(GenerationOptions).GetProperties().Where(option => option.CanWrite)];

    /// <summary>The most tokens to generate, prompt excluded; at least 1. Unset: what <see cref="MaxLength"/> leaves, else 256.</summary>
    [JsonPropertyName("max_new_tokens")]
    public int? MaxNewTokens { get; init => field = AtLeast(1, value, "256 is a good start."); }

    /// <summary>The most tokens in all, prompt included; at least 1. <see cref="MaxNewTokens"/> goes before it. Unset: none.</summary>
    [JsonPropertyName("max_length")]
    public int? MaxLength { get; init => field = AtLeast(1, value, "Set MaxNewTokens instead, which does not count the prompt."); }

    /// <summary>No end of sequence before this many new tokens; at least 0. Unset: 0.</summary>
    [JsonPropertyName("min_new_tokens")]
    public int? MinNewTokens { get; init => field = AtLeast(0, value, "0 lets the model end at once."); }

    /// <summary>No end of sequence before this many tokens in all, prompt included; at least 0. Unset: 0.</summary>
    [JsonPropertyName("min_length")]
    public int? MinLength { get; init => field = AtLeast(0, value, "0 lets the model end at once."); }

    /// <summary>
    /// Draw tokens at random (true) or take the best (false). Unset: true if <see cref="Temperature"/> or one of the options that narrow
    /// the draw is set, else false. A model's file that does not say <c>do_sample</c> means false.
    /// </summary>
    [JsonPropertyName("do_sample")]
    public bool? Sample { get; init; }

    /// <summary>T of softmax(scores / T), from 0 to 100; 0 (or less than 1e-5) takes the best token. Unset: 1.</summary>
    [JsonPropertyName("temperature")]
    public double? Temperature { get; init => field = Within(0, 100, value, "0 takes the best token; 0.7 is usual; 1 is neutral."); }

    /// <summary>Draw among the k best tokens; 0 is off. Unset: 50.</summary>
    [JsonPropertyName("top_k")]
    public int? TopK { get; init => field = AtLeast(0, value, "0 keeps all tokens; 50 is usual."); }

    /// <summary>Draw among the fewest best tokens whose probabilities reach p (arXiv:1904.09751), from 0 to 1. Unset: 1, off.</summary>
    [JsonPropertyName("top_p")]
    public double? TopP { get; init => field = Within(0, 1, value, "1 keeps all tokens; 0.9 is usual."); }

    /// <summary>Draw among tokens at least this fraction as probable as the best (arXiv:2407.01082), from 0 to 1. Unset: 0, off.</summary>
    [JsonPropertyName("min_p")]
    public double? MinP { get; init => field = Within(0, 1, value, "0 keeps all tokens; 0.05 is usual."); }

    /// <summary>Draw among tokens of surprise nearest the entropy, up to this mass (arXiv:2202.00666), in (0, 1]. Unset: 1, off.</summary>
    [JsonPropertyName("typical_p")]
    public double? TypicalP { get; init => field = Fraction(value, "1 keeps all tokens; 0.95 is usual."); }

    /// <summary>ε: draw among tokens of at least this probability (arXiv:2210.15191), from 0 to 1. Unset: 0, off.</summary>
    [JsonPropertyName("epsilon_cutoff")]
    public double? EpsilonCutoff { get; init => field = Within(0, 1, value, "0 keeps all tokens; 3e-4 to 9e-4 is usual."); }

    /// <summary>ε of η = min(ε, √ε·exp(−entropy)), the least probability drawn (arXiv:2210.15191), from 0 to 1. Unset: 0, off.</summary>
    [JsonPropertyName("eta_cutoff")]
    public double? EtaCutoff { get; init => field = Within(0, 1, value, "0 keeps all tokens; 3e-4 to 4e-3 is usual."); }

    /// <summary>α: draw among the best tokens that hold this fraction of the entropy (arXiv:2509.02510), in (0, 1]. Unset: off.</summary>
    [JsonPropertyName("top_h")]
    public double? TopH { get; init => field = Fraction(value, "0.4 is usual; leave it unset to turn it off."); }

    /// <summary>θ: divides scores (multiplies negative ones) of tokens in the text, prompt included (arXiv:1909.05858). Unset: 1.</summary>
    [JsonPropertyName("repetition_penalty")]
    public double? RepetitionPenalty { get; init => field = Within(0.01, 100, value, "1 changes nothing; 1.1 to 1.3 is usual."); }

    /// <summary>Taken from a token's score for each time it was generated (OpenAI's formula), from -2 to 2. Unset: 0.</summary>
    [JsonPropertyName("frequency_penalty")]
    public double? FrequencyPenalty { get; init => field = Within(-2, 2, value, "0 changes nothing; 0.5 is usual."); }

    /// <summary>Taken from a token's score once it was generated (OpenAI's formula), from -2 to 2. Unset: 0.</summary>
    [JsonPropertyName("presence_penalty")]
    public double? PresencePenalty { get; init => field = Within(-2, 2, value, "0 changes nothing; 0.5 is usual."); }

    /// <summary>No run of n tokens occurs twice, prompt included; 0 is off. Unset: 0.</summary>
    [JsonPropertyName("no_repeat_ngram_size")]
    public int? NoRepeatNgramSize { get; init => field = AtLeast(0, value, "0 turns it off; 3 is usual."); }

    /// <summary>Sequences of token ids that are never generated. Unset: none.</summary>
    [JsonPropertyName("bad_words_ids")]
    public IReadOnlyList<IReadOnlyList<int>>? BadWordsIds { get; init => field = Words(value); }

    /// <summary>Token ids that are never generated. Unset: none.</summary>
    [JsonPropertyName("suppress_tokens")]
    public IReadOnlyList<int>? SuppressTokens { get; init => field = Ids(value); }

    /// <summary>What is added to the score of the token that would complete a sequence. Unset: none.</summary>
    [JsonPropertyName("sequence_bias")]
    public IReadOnlyList<BiasedSequence>? SequenceBias { get; init => field = Biases(value); }

    /// <summary>Makes the end of sequence ever more likely after some new tokens. Unset: off.</summary>
    [JsonPropertyName("exponential_decay_length_penalty")]
    public LengthDecay? ExponentialDecayLengthPenalty { get; init; }

    /// <summary>The token forced at the length limit; one of them, if several. JSON: a number or a list. Unset: none.</summary>
    [JsonPropertyName("forced_eos_token_id"), JsonConverter(typeof(OneOrManyConverter<int>))]
    public IReadOnlyList<int>? ForcedEosTokenIds { get; init => field = Ids(value); }

    /// <summary>The tokens that end the text; an empty list: none does. JSON: one number or a list. Unset: as the model says.</summary>
    [JsonPropertyName("eos_token_id"), JsonConverter(typeof(OneOrManyConverter<int>))]
    public IReadOnlyList<int>? EosTokenIds { get; init => field = Ids(value); }

    /// <summary>The token that fills shorter rows of a batch; at least 0. Unset: as the model says.</summary>
    [JsonPropertyName("pad_token_id")]
    public int? PadTokenId { get; init => field = AtLeast(0, value, "Leave it unset where the model has no padding token."); }

    /// <summary>Strings that end the text; they are not part of it. JSON: one string or a list. Unset: none.</summary>
    [JsonPropertyName("stop_strings"), JsonConverter(typeof(OneOrManyConverter<string>))]
    public IReadOnlyList<string>? Stop { get; init => field = Texts(value); }

    /// <summary>Special tokens that are shown in the text, by what they are called, as those around a call of a tool. Unset: none.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? ShownTokens { get; init; }

    /// <summary>The same seed draws the same tokens from the same scores. Unset: another seed each time.</summary>
    [JsonPropertyName("seed")]
    public long? Seed { get; init; }

    /// <summary>The adapter to use, by its name, or several composed. Unset: the base model.</summary>
    [JsonIgnore]
    public Composition? Adapter { get; init; }

    /// <summary>What the text must be, such as JSON of a schema; no other option that removes tokens undoes it. Unset: anything.</summary>
    [JsonIgnore]
    public TextConstraint? Constraint { get; init; }

    /// <summary>Whether tokens are drawn at random; false takes the best one each time (greedy).</summary>
    [JsonIgnore]
    public bool IsSampling => (Temperature ?? 1) >= GreedyBelow && (Sample ?? AsksToSample);

    private bool AsksToSample => (Temperature ?? TopK ?? TopP ?? MinP ?? TypicalP ?? EpsilonCutoff ?? EtaCutoff ?? TopH) is not null;

    /// <summary>What <paramref name="folder"/>'s <c>generation_config.json</c> says; without the file: only "greedy".</summary>
    /// <exception cref="InvalidDataException">The file is no JSON object, or one of its values is out of range.</exception>
    public static GenerationOptions OfModel(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, "generation_config.json"));
        if (!file.Exists) return new() { Sample = false };
        if (file.Length > MostBytes)
        {
            throw new InvalidDataException($"{file} has {file.Length} bytes; at most {MostBytes} are read. Shorten its lists.");
        }

        try
        {
            using var stream = file.OpenRead();
            var options = JsonSerializer.Deserialize<GenerationOptions>(stream)
                ?? throw new InvalidDataException($"{file} holds null. Write a JSON object, or remove the file.");
            return options with { Sample = options.Sample ?? false };
        }
        catch (Exception problem) when (problem is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{file} can't be used: {problem.Message} Correct that value, or set it to null.", problem);
        }
    }

    /// <summary>
    /// These options, and those of <paramref name="defaults"/> where these are unset. What is set here is not undone by a default that
    /// would go before it: a MaxLength here drops the MaxNewTokens there, and asking to draw here drops a temperature of 0 there.
    /// </summary>
    public GenerationOptions Over(GenerationOptions defaults)
    {
        var laid = this with { };
        foreach (var option in Settable.Where(option => option.GetValue(this) is null)) option.SetValue(laid, option.GetValue(defaults));

        return laid with
        {
            Sample = Sample ?? (AsksToSample || defaults.IsSampling),
            Temperature = Temperature ?? (defaults.Temperature < GreedyBelow ? null : defaults.Temperature),
            MaxNewTokens = MaxNewTokens ?? (MaxLength is null ? defaults.MaxNewTokens : null),
        };
    }

    /// <summary>How many tokens may follow a prompt of <paramref name="promptLength"/> tokens.</summary>
    /// <exception cref="ArgumentException">The prompt fills <see cref="MaxLength"/>.</exception>
    public int NewTokenLimit(int promptLength) => (MaxNewTokens, MaxLength) switch
    {
        ({ } most, _) => most,
        (null, null) => DefaultMaxNewTokens,
        (null, { } all) when all > promptLength => all - promptLength,
        _ => throw new ArgumentException(
            $"The prompt has {promptLength} tokens and MaxLength, which counts them, is {MaxLength}. " +
            "Raise MaxLength, shorten the prompt, or set MaxNewTokens, which does not count them.",
            nameof(promptLength)),
    };

    private static int? AtLeast(int least, int? value, string remedy, [CallerMemberName] string name = "") =>
        value is { } number ? Guard.AtLeast(least, number, remedy, name) : null;

    private static double? Within(double from, double to, double? value, string remedy, [CallerMemberName] string name = "") =>
        value is { } number ? Guard.Within(from, to, number, remedy, name) : null;

    private static double? Fraction(double? value, string remedy, [CallerMemberName] string name = "") =>
        value is { } number ? Guard.Above(0, Guard.Within(0, 1, number, remedy, name), remedy, name) : null;

    private static IReadOnlyList<int>? Ids(IReadOnlyList<int>? value, [CallerMemberName] string name = "") =>
        value is null ? null : TokenIds.Checked(value, name);

    private static IReadOnlyList<IReadOnlyList<int>>? Words(IEnumerable<IReadOnlyList<int>>? value, [CallerMemberName] string name = "") =>
        value is null ? null : [.. value.Select((word, i) => TokenIds.Sequence(word, $"{name}[{i}]"))];

    private static IReadOnlyList<BiasedSequence>? Biases(IReadOnlyList<BiasedSequence>? value, [CallerMemberName] string name = "") =>
        value is null ? null
        : value.Any(sequence => sequence is null) ? throw new ArgumentException($"{name} holds null. Leave it out.", name)
        : [.. value];

    private static IReadOnlyList<string>? Texts(IReadOnlyList<string>? value, [CallerMemberName] string name = "") =>
        value is null ? null : StopTexts.Checked(value, name);
}
