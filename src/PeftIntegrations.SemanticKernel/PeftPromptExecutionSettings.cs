using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace PeftIntegrations.SemanticKernel;

/// <summary>
/// How a model with adapters answers a prompt. JSON names are those that Semantic Kernel knows, so prompts in files set them as they set
/// any other service's. What is null is as the model says.
/// </summary>
[JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] // YAML says numbers as texts
public sealed class PeftPromptExecutionSettings : PromptExecutionSettings
{
    private static readonly JsonSerializerOptions AnyCase = new() { PropertyNameCaseInsensitive = true }; // as Semantic Kernel reads them

    /// <summary>The adapter to answer with; null for the service's. An unknown one is an error.</summary>
    [JsonPropertyName("peft_adapter"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Adapter { get; set => field = Checked(value); }

    /// <summary>How much the adapter of <see cref="Adapter"/> acts: 1 as trained, 0 not at all. Null: 1.</summary>
    [JsonPropertyName("peft_adapter_scale"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AdapterScale { get; set => field = Checked(value); }

    /// <summary>The most tokens to generate.</summary>
    [JsonPropertyName("max_tokens"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxTokens { get; set => field = Checked(value); }

    /// <summary>T of softmax(scores / T); 0 takes the best token.</summary>
    [JsonPropertyName("temperature"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Temperature { get; set => field = Checked(value); }

    /// <summary>Draws among the fewest best tokens whose probabilities reach p.</summary>
    [JsonPropertyName("top_p"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TopP { get; set => field = Checked(value); }

    /// <summary>Draws among the k best tokens.</summary>
    [JsonPropertyName("top_k"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? TopK { get; set => field = Checked(value); }

    /// <summary>Draws among tokens at least this fraction as probable as the best.</summary>
    [JsonPropertyName("min_p"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MinP { get; set => field = Checked(value); }

    /// <summary>θ: divides scores of tokens in the text, prompt included; 1 changes nothing.</summary>
    [JsonPropertyName("repetition_penalty"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RepetitionPenalty { get; set => field = Checked(value); }

    /// <summary>Taken from a token's score for each time it was generated.</summary>
    [JsonPropertyName("frequency_penalty"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? FrequencyPenalty { get; set => field = Checked(value); }

    /// <summary>Taken from a token's score once it was generated.</summary>
    [JsonPropertyName("presence_penalty"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? PresencePenalty { get; set => field = Checked(value); }

    /// <summary>The same seed draws the same tokens.</summary>
    [JsonPropertyName("seed"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Seed { get; set => field = Checked(value); }

    /// <summary>Texts that end the answer; they are not part of it.</summary>
    [JsonPropertyName("stop_sequences"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IList<string>? StopSequences { get; set => field = Checked(value); }

    /// <summary>What the system says before the conversation; text generation has no place for it.</summary>
    [JsonPropertyName("chat_system_prompt"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ChatSystemPrompt { get; set => field = Checked(value); }

    /// <summary><c>text</c>, <c>json_object</c>, or a JSON schema that the answer of a chat fits.</summary>
    [JsonPropertyName("response_format"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public object? ResponseFormat { get; set => field = Checked(value); }

    /// <summary>The same settings as <paramref name="executionSettings"/>, whatever service they are of.</summary>
    /// <exception cref="ArgumentException">A value is of another type; the message names it.</exception>
    public static PeftPromptExecutionSettings FromExecutionSettings(PromptExecutionSettings? executionSettings)
    {
        switch (executionSettings)
        {
            case null: return new();
            case PeftPromptExecutionSettings own: return own;
        }

        try
        {
            var json = JsonSerializer.SerializeToElement(executionSettings, executionSettings.GetType());
            var read = json.Deserialize<PeftPromptExecutionSettings>(AnyCase)!;
            read.FunctionChoiceBehavior = executionSettings.FunctionChoiceBehavior; // JSON keeps the functions' names alone
            return read;
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"The execution settings cannot be read: {e.Message} Correct that value, or leave it out.", e);
        }
    }

    /// <inheritdoc/>
    public override void Freeze()
    {
        if (IsFrozen) return;
        StopSequences = StopSequences?.AsReadOnly();
        base.Freeze();
    }

    /// <inheritdoc/>
    public override PromptExecutionSettings Clone() => new PeftPromptExecutionSettings
    {
        ModelId = ModelId,
        ServiceId = ServiceId,
        FunctionChoiceBehavior = FunctionChoiceBehavior,
        ExtensionData = ExtensionData is null ? null : new Dictionary<string, object>(ExtensionData),
        Adapter = Adapter,
        AdapterScale = AdapterScale,
        MaxTokens = MaxTokens,
        Temperature = Temperature,
        TopP = TopP,
        TopK = TopK,
        MinP = MinP,
        RepetitionPenalty = RepetitionPenalty,
        FrequencyPenalty = FrequencyPenalty,
        PresencePenalty = PresencePenalty,
        Seed = Seed,
        StopSequences = StopSequences is null ? null : [.. StopSequences],
        ChatSystemPrompt = ChatSystemPrompt,
        ResponseFormat = ResponseFormat,
    };

    /// <summary>The same for the model itself.</summary>
    /// <exception cref="ArgumentException">A value is out of its range, or there is a scale of no adapter.</exception>
    internal GenerationOptions ToGenerationOptions() => new()
    {
        Adapter = Composed,
        MaxNewTokens = MaxTokens,
        Temperature = Temperature,
        TopP = TopP,
        TopK = TopK,
        MinP = MinP,
        RepetitionPenalty = RepetitionPenalty,
        FrequencyPenalty = FrequencyPenalty,
        PresencePenalty = PresencePenalty,
        Seed = Seed,
        Stop = StopSequences is null ? null : [.. StopSequences],
    };

    /// <summary>The typed values go along, since Semantic Kernel's own way knows few of them, and those in single precision.</summary>
    protected override void PrepareChatOptionsForRequest(ChatOptions options) =>
        options.RawRepresentationFactory = _ => ToGenerationOptions();

    private Composition? Composed => (Adapter, AdapterScale) switch
    {
        (null, { } scale) => throw new ArgumentException(
            $"{nameof(AdapterScale)} is {scale}, and {nameof(Adapter)} names no adapter that it could be of. "
            + "Name it, or leave out the scale."),
        ({ } name, { } scale) => Composition.Of(name, scale),
        _ => Adapter,
    };

    private T Checked<T>(T value)
    {
        ThrowIfFrozen();
        return value;
    }
}
